/*
 * Each script asks `aloft __complete -- WORD…` with the words up to the cursor, the last of them unfinished, and offers its lines.
 * A line `:files` asks the shell for its own file names.
 */
const bash = `_aloft() {
  local line files=
  local words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then files=1; else COMPREPLY+=("\${line%%$'\\t'*}"); fi
  done < <("\${COMP_WORDS[0]}" __complete -- "\${words[@]}" 2>/dev/null)
  if [[ $files ]]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "\${words[\${#words[@]}-1]}")
  fi
}
complete -F _aloft aloft`;

const zsh = `#compdef aloft
_aloft() {
  local line files=
  local -a offers
  for line in "\${(@f)$("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == :files ]]; then
      files=1
    elif [[ -n $line ]]; then
      offers+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done
  (( \${#offers} )) && _describe aloft offers
  [[ -n $files ]] && _files
}
if [[ \${funcstack[1]} == _aloft ]]; then _aloft "$@"; else compdef _aloft aloft; fi`;

const fish = `function __aloft_complete
  set -l words (commandline -opc)[2..-1] (commandline -ct)
  for line in (aloft __complete -- $words 2>/dev/null)
    if test "$line" = :files
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c aloft -f -a '(__aloft_complete)'`;

export const completionScripts: ReadonlyMap<string, string> = new Map([
  ["bash", bash],
  ["zsh", zsh],
  ["fish", fish],
]);
