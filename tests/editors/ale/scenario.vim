" Vim with ALE: a client that never answers what the server asks.
set nocompatible nomore hidden encoding=utf-8
set rtp^=/usr/share/vim-ale
let g:ale_linters_explicit = 1
let g:ale_linters = {'markdown': ['aw']}
let g:ale_command_wrapper = ''
let g:ale_lint_on_text_changed = 'never'
filetype on
runtime! plugin/ale.vim

" ALE 3.3 counts columns in bytes (docs/editors.md): beyond ASCII there is something in other lines only.
let s:before = 'So it goes. '
let s:passage = 'Due to the fact that nobody wrote anything down, we often recieved the same questions again and again, and and the answers was very different each time.'

function! Wait(what, seconds, predicate) abort
  let l:limit = reltime()
  while !a:predicate()
    if reltimefloat(reltime(l:limit)) > a:seconds
      throw 'waited in vain for ' . a:what
    endif
    sleep 50m
  endwhile
endfunction

function! Menu(data, items) abort
  let g:data = a:data
  let g:items = a:items
endfunction

function! Actions() abort
  let g:items = []
  call cursor(3, 1 + len(s:before))
  execute "normal! v$h\<Esc>"
  '<,'>call ale#codefix#Execute(1, function('Menu'))
  call Wait('code actions', 10, {-> !empty(g:items)})
endfunction

function! Choose(pattern) abort
  for l:item in g:items
    if l:item[1].title =~# a:pattern
      call ale#codefix#ApplyLSPCodeAction(g:data, l:item[1])
      return 1
    endif
  endfor
  return 0
endfunction

function! Ranked() abort
  call Actions()
  return !empty(filter(copy(g:items), {_, item -> item[1].title =~# '^1 · '}))
endfunction

function! Scenario() abort
  edit draft.md
  call setline(1, ['# Notes 😀', '', s:before . s:passage, '', 'The end of the notes stands here.'])
  write
  call ale#linter#Define('markdown', {'name': 'aw', 'lsp': 'stdio', 'executable': getcwd() . '/overheard',
        \ 'command': '%e --stdio', 'project_root': {buffer -> expand('#' . buffer . ':p:h')}, 'language': 'markdown'})
  setfiletype markdown
  ALELint
  call Actions()
  if !Choose('^Evolve this paragraph')
    throw 'evolving is not offered: ' . string(g:items)
  endif
  call Wait('ranked rewrites', 60, function('Ranked'))
  let l:original = getline(3)
  let &undolevels = &undolevels " ends the undo step that the script's own typing began
  call Choose('^1 · ')
  call Wait('the rewrite', 10, {-> getline(3) !=# l:original})
  if getline(3)[: len(s:before) - 1] !=# s:before
    throw 'what stands before was changed: ' . getline(3)
  endif
  " Whole words around what differs show that edits were put where they belong.
  if getline(3) !~# '\. \u\l* .\{-}\<nobody wrote anything down, we \l\+ received the same questions \l.* each time\.$'
    throw 'the rewrite is not in its place: ' . getline(3)
  endif
  undo
  if getline(3) !=# l:original
    throw 'one undo does not take it back: ' . getline(3)
  endif
  " The server still answers.
  call Actions()
  write
endfunction

try
  call Scenario()
  call writefile(['done'], 'outcome')
catch
  call writefile([v:exception, v:throwpoint], 'outcome')
finally
  qall!
endtry
