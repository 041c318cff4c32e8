import {listText} from './text.js';

/** What is encrypted, where passwords come from, and what is hidden: each a word and a sentence. */
const entries: readonly {readonly name: string; readonly title: string}[] = [
  {
    name: 'files',
    title: 'inventories, group_vars, host_vars, vars_files, roles, playbooks and -e @file may be encrypted as a whole',
  },
  {
    name: '!vault',
    title: 'a single value, as "u7s-play vault encrypt_string" writes it; mustaches in it are plain text',
  },
  {
    name: 'decrypt',
    title: 'copy, template, script and unarchive send what is in an encrypted file, unless they say "decrypt: false"',
  },
  {name: '--vault-password-file FILE', title: 'a file with the password, or a program that prints it'},
  {
    name: '--vault-id LABEL@SOURCE',
    title:
      'one of several passwords; SOURCE is a file, a program or "prompt"; a program whose name ends with -client gets "--vault-id LABEL"',
  },
  {name: '-J, --ask-vault-pass', title: 'ask for the password: once, and only when something encrypted is read'},
  {name: 'ANSIBLE_VAULT_PASSWORD_FILE', title: 'in the environment: like --vault-password-file'},
  {
    name: 'u7s-play vault',
    title: 'encrypt, decrypt, view, edit, create, rekey and encrypt_string, as ansible-vault has them',
  },
  {
    name: 'no_log: true',
    title: 'hides what a task tells, and, where it is registered, its result wherever it turns up afterwards',
  },
  {
    name: 'hidden',
    title:
      'encrypted values, private answers to vars_prompt, passwords, arguments that a schema marks writeOnly: "***" in every output, journal, report, plan and graph, also as JSON, URLs, shells, XML and base64 write them, and line by line',
  },
  {
    name: '--show-secrets',
    title:
      '"u7s-play vars" and "u7s-play inventory" print what is encrypted as "!vault" or its encrypted text, unless they get this',
  },
  {
    name: 'short ones',
    title:
      'a secret under four characters hides the whole field that holds it; numbers under four digits and yes or no are none',
  },
  {
    name: 'on the machines',
    title:
      'scripts, contents and bodies of requests go through pipes, never through arguments; what "command" has as its words, everybody there can read in the process list: give secrets by stdin or environment',
  },
];

/** The page on secrets. */
export function secretsText(): string {
  return listText("Secrets, in ansible-vault's format (1.1 and 1.2):", entries);
}
