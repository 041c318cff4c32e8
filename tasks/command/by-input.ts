import {sh} from '../../engine/host.js';

const evaluate = `u7s_s=$(cat) && exec 0<&4 4<&- && eval "unset u7s_s
$u7s_s"`;

// It comes to the shell by a pipe: what stands in an argument can be read by every user of the machine.
function byInput(shell: string, script: string): string {
  return sh`{ printf '%s\\n' ${script} | ${shell} -c ${evaluate}; } 4<&0`;
}

/** Makes a script that runs a script by a shell, or by another program that takes one after `-c`. */
export function runBy(program: string, script: string): string {
  const isShell = /(^|\/)(a|ba|da|k|mk|z)?sh$/.test(program);
  return isShell ? byInput(program, script) : sh`${program} -c ${script}`;
}
