type Facts = Readonly<Record<string, unknown>>;

/** Ansible's word for a package manager. */
export function managerName(word: string): string {
  return {'apt-get': 'apt_rpm', none: 'unknown'}[word] ?? word;
}

/** What the machine runs in, from systemd-detect-virt's word. */
export function virtualization(word: string): Facts {
  const type = {none: 'NA', '': 'NA', 'systemd-nspawn': 'container', oracle: 'virtualbox', microsoft: 'VirtualPC'}[
    word
  ];
  return {virtualization_type: type ?? word, virtualization_role: word === '' || word === 'none' ? 'NA' : 'guest'};
}

/** The clock in Ansible's many spellings, from `seconds offset zone` and the seconds since the start. */
export function timeOf([now = '', uptime = '']: readonly string[]): Facts {
  const [seconds = '0', offset = '+0000', zone = 'UTC'] = now.split(' ');
  const sign = offset.startsWith('-') ? -1 : 1;
  const shift = sign * (Number(offset.slice(1, 3)) * 3600 + Number(offset.slice(3, 5)) * 60);
  const utc = new Date(Number(seconds) * 1000).toISOString();
  const local = new Date((Number(seconds) + shift) * 1000);
  const text = local.toISOString();
  return {
    date_time: {
      epoch: seconds,
      epoch_int: seconds,
      iso8601: `${utc.slice(0, 19)}Z`,
      iso8601_micro: `${utc.slice(0, 23)}000Z`,
      iso8601_basic_short: text.slice(0, 19).replace(/[-:]/g, ''),
      date: text.slice(0, 10),
      time: text.slice(11, 19),
      year: text.slice(0, 4),
      month: text.slice(5, 7),
      day: text.slice(8, 10),
      hour: text.slice(11, 13),
      minute: text.slice(14, 16),
      second: text.slice(17, 19),
      weekday: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'][local.getUTCDay()],
      weekday_number: String(local.getUTCDay()),
      tz: zone,
      tz_offset: offset,
    },
    uptime_seconds: Number(uptime),
  };
}

/** Name servers and search domains. */
export function dnsOf(lines: readonly string[]): Facts {
  const words = lines.map((line) => line.split(/\s+/));
  return {
    nameservers: words.filter(([word]) => word === 'nameserver').map(([, server]) => server),
    search: words.find(([word]) => word === 'search')?.slice(1) ?? [],
  };
}

/** `NAME=value` lines. */
export function environmentOf(lines: readonly string[]): Facts {
  return Object.fromEntries(
    lines
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** The public keys of the machine's sshd, from `type key` lines. */
export function hostKeys(lines: readonly string[]): Facts {
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [type = '', key = ''] = line.split(' ');
      const name = /^(?:ssh-)?(rsa|ed25519|ecdsa|dss)/.exec(type)?.[1];
      return name === undefined ? [] : [[`ssh_host_key_${name}_public`, key], [`ssh_host_key_${name}_public_keytype`, type]]; // prettier-ignore
    }),
  );
}

/** The kernel's command line; a word without a value is true. */
export function commandLine(text: string): Facts {
  return Object.fromEntries(
    text
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((word): [string, unknown] =>
        word.includes('=') ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] : [word, true],
      ),
  );
}
