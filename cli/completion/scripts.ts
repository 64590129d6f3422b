/** What shells are to do on Tab: they ask `posthorn complete -- …`, which answers with a line for each word that fits. */

/** Bash 3.2, which macOS has, knows neither `mapfile` nor `compopt`. */
const bash = `_posthorn() {
  local value about
  COMPREPLY=()
  while IFS=$'\\t' read -r value about; do
    COMPREPLY+=("$value")
  done < <(posthorn complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _posthorn posthorn`;

const zsh = `#compdef posthorn
_posthorn() {
  local value about
  local -a found
  while IFS=$'\\t' read -r value about; do
    found+=("\${value//:/\\\\:}:$about")
  done < <(posthorn complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( $#found )); then _describe posthorn found; else _files; fi
}
if [ "$funcstack[1]" = _posthorn ]; then _posthorn "$@"; else compdef _posthorn posthorn; fi`;

const fish = `function __posthorn_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l found (posthorn complete -- $before[2..] "$current" 2>/dev/null)
    if test (count $found) -gt 0
        string join \\n -- $found
    else
        __fish_complete_path "$current"
    end
end
complete -c posthorn -f -a '(__posthorn_complete)'`;

export const SCRIPTS = { bash, zsh, fish } as const;

export type Shell = keyof typeof SCRIPTS;
export const SHELLS = Object.keys(SCRIPTS) as readonly Shell[];
