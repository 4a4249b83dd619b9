T.run(function()
  local buffer = T.open({ 'Two words.', '', '```', 'code()', '```', '', T.PASSAGE })
  local function nothing_left()
    return #vim.api.nvim_buf_get_extmarks(buffer, vim.api.nvim_create_namespace('aw'), 0, -1, {}) == 0
  end
  for _, case in ipairs({ { 1, 'at least four words' }, { 4, 'choose a paragraph of prose' } }) do
    vim.api.nvim_win_set_cursor(0, { case[1], 0 })
    vim.cmd('Aw evolve')
    T.said(case[2])
    T.check(nothing_left(), 'no status is left for line ' .. case[1])
  end
  vim.api.nvim_win_set_cursor(0, { 7, 0 })
  vim.cmd('Aw instruct Make it rhyme')
  T.said('cannot follow free instructions')
  T.check(nothing_left(), 'no status is left')
  vim.cmd('Aw results')
  T.said('`:Aw evolve` makes some')
  vim.cmd('enew')
  vim.cmd('Aw evolve')
  T.said('no name yet')
end)
