import type {VaultFlags} from '../../vault/identity.js';
import {vaultFlags} from '../flags.js';
import {append} from '../option-values.js';
import type {Command} from '../parser.js';
import {addVaultFlags} from '../project-flags.js';
import type {VaultAction} from '../vault/action.js';
import type {AddCommand} from './command.js';

interface Flags extends VaultFlags {
  readonly output?: string;
  readonly encryptVaultId?: string;
  readonly newVaultId?: string;
  readonly newVaultPasswordFile?: string;
  readonly name?: readonly string[];
  readonly stdinName?: string;
  readonly prompt?: true;
  readonly showInput?: true;
}

/** `vault`: encrypts and decrypts files and texts as ansible-vault does. */
export const addVault: AddCommand = (program, found) => {
  const vault = program
    .command('vault')
    .summary("encrypt and decrypt files and values, in ansible-vault's format")
    .description('Encrypts and decrypts files and values in ansible-vault\'s format; "-" is standard input or output.')
    .helpCommand(false);
  const ask = (action: VaultAction): void => found({command: 'vault', action});
  const passwords = (flags: Flags): {readonly passwords: VaultFlags} => ({passwords: vaultFlags(flags)});
  const sealing = (flags: Flags): {readonly passwords: VaultFlags; readonly encryptId: string | undefined} => ({
    ...passwords(flags),
    encryptId: flags.encryptVaultId,
  });

  withOutput(sealingFlags(vault.command('encrypt').summary('encrypt files, in their place')))
    .argument('[files...]')
    .action((files: string[], flags: Flags) => {
      ask({action: 'encrypt', files, output: flags.output, ...sealing(flags)});
    });
  withOutput(addVaultFlags(vault.command('decrypt').summary('decrypt files, in their place')))
    .argument('[files...]')
    .action((files: string[], flags: Flags) => {
      ask({action: 'decrypt', files, output: flags.output, ...passwords(flags)});
    });
  addVaultFlags(vault.command('view').summary('print what is in encrypted files'))
    .argument('<files...>')
    .action((files: string[], flags: Flags) => {
      ask({action: 'view', files, ...passwords(flags)});
    });
  for (const action of ['edit', 'create'] as const) {
    const summary = action === 'edit' ? 'change an encrypted file in an editor' : 'write a new one in an editor';
    sealingFlags(vault.command(action).summary(summary))
      .argument('<file>')
      .action((file: string, flags: Flags) => {
        ask({action, file, ...sealing(flags)});
      });
  }
  sealingFlags(vault.command('rekey').summary('encrypt encrypted files under another password'))
    .option('--new-vault-id <id>', 'LABEL@SOURCE of the new password')
    .option('--new-vault-password-file <file>', 'file or program that gives the new password')
    .argument('<files...>')
    .action((files: string[], flags: Flags) => {
      const {newVaultId: newId, newVaultPasswordFile: newPasswordFile} = flags;
      ask({action: 'rekey', files, newId, newPasswordFile, ...sealing(flags)});
    });
  withOutput(sealingFlags(vault.command('encrypt_string').summary('encrypt texts as values for YAML files')))
    .option('-n, --name <name>', 'the variable of the text; may be given more than once', append)
    .option('--stdin-name <name>', 'the variable of the text that standard input gives')
    .option('-p, --prompt', 'ask for the text')
    .option('--show-input', 'show what is typed')
    .argument('[texts...]')
    .action((strings: string[], flags: Flags) => {
      ask({
        action: 'encrypt_string',
        strings,
        names: flags.name ?? [],
        inputName: flags.stdinName,
        prompt: flags.prompt === true,
        showInput: flags.showInput === true,
        output: flags.output,
        ...sealing(flags),
      });
    });
};

function sealingFlags(command: Command): Command {
  return addVaultFlags(command).option(
    '--encrypt-vault-id <label>',
    'the vault id to encrypt with, where several are given',
  );
}

function withOutput(command: Command): Command {
  return command.option('--output <file>', 'where the result goes; - is standard output');
}
