// The completion scripts of the shells. Each passes the words of the line to a hidden command and offers its answers.
import type { Shell } from '../text/shells.js'

const BASH = [
  '# bash completion of paygent; load it with: source <(paygent completion bash)',
  '_paygent() {',
  '  local line',
  '  COMPREPLY=()',
  '  while IFS= read -r line; do',
  '    case "$line" in',
  '      :files) compopt -o default 2>/dev/null ;;',
  '      :folders) compopt -o dirnames 2>/dev/null ;;',
  '      ?*) COMPREPLY+=("${line%%$\'\\t\'*}") ;;',
  '    esac',
  '  done < <("${COMP_WORDS[0]}" __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)',
  '}',
  'complete -F _paygent paygent',
]

const ZSH = [
  '#compdef paygent',
  '# zsh completion of paygent; save it as _paygent in a folder of $fpath, or: source <(paygent completion zsh)',
  'compdef _paygent paygent',
  '_paygent() {',
  '  local line',
  '  local -a lines offers',
  '  lines=("${(@f)$("${(Q)words[1]}" __complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")',
  '  for line in "${lines[@]}"; do',
  '    case "$line" in',
  "      ('') ;;",
  '      (:files) _files; return ;;',
  '      (:folders) _files -/; return ;;',
  "      (*$'\\t'*) offers+=(\"${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}\") ;;",
  '      (*) offers+=("${line//:/\\\\:}") ;;',
  '    esac',
  '  done',
  "  (( ${#offers} )) && _describe 'paygent' offers",
  '}',
  '# Loaded from $fpath this file is the function itself; sourced, it only defines it.',
  'if [ "$funcstack[1]" = "_paygent" ]; then',
  '  _paygent "$@"',
  'fi',
]

const FISH = [
  '# fish completion of paygent; save it as ~/.config/fish/completions/paygent.fish',
  'function __paygent_complete',
  '    set -l words (commandline -opc)',
  '    set -l program $words[1]',
  '    set -e words[1]',
  '    set -l current (commandline -ct)',
  "    set -l path (string replace -r '^--[^=]*=' '' -- \"$current\")",
  '    for line in (command $program __complete -- $words "$current" 2>/dev/null)',
  '        switch $line',
  "            case ':files'",
  '                __fish_complete_path "$path"',
  "            case ':folders'",
  '                __fish_complete_directories "$path"',
  "            case '*'",
  "                printf '%s\\n' $line",
  '        end',
  '    end',
  'end',
  "complete -c paygent -f -k -a '(__paygent_complete)'",
]

const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const satisfies Record<Shell, readonly string[]>

/** The script, ready to be sourced. */
export const completionScript = (shell: Shell): string => `${SCRIPTS[shell].join('\n')}\n`
