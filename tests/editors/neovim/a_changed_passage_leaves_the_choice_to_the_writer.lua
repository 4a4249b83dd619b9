T.run(function()
  require('aw').setup({ settings = { candidates = 6, generations = 1 }, results = 'select' })
  local buffer = T.open()
  vim.api.nvim_win_set_cursor(0, { 3, 40 })
  vim.cmd('Aw evolve')
  T.said('above your text')
  local before = T.line(3)

  T.pause()
  vim.api.nvim_buf_set_text(buffer, 2, 20, 2, 20, { 'TYPED ' })
  local typed = T.line(3)
  local asked = {}
  function vim.ui.select(items, options, choose)
    local shown = vim.tbl_map(options.format_item, items)
    table.insert(asked, { options.prompt, shown })
    local answer = vim.tbl_contains(items, 'copy') and 'copy' or items[1]
    choose(answer)
  end
  vim.cmd('Aw results')
  T.said('copied')
  T.check(vim.startswith(asked[1][2][1], '1 · '), 'without the float the rewrites are listed by rank')
  T.check(
    vim.tbl_contains(asked[2][2], 'Evolve the new text'),
    'the choices are spelled out: ' .. vim.inspect(asked[2])
  )
  T.equal(T.line(3), typed, 'what was typed stands')
  T.check(not vim.fn.getreg('"'):find('TYPED'), 'the rewrite as it was made is copied')

  vim.cmd('undo')
  T.equal(T.line(3), before, 'the text is as it was')
  vim.cmd('Aw apply')
  T.rewritten(before)
end)
