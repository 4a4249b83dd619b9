if vim.g.loaded_aw or vim.fn.has('nvim-0.7') == 0 then
  return
end
vim.g.loaded_aw = true

vim.api.nvim_create_user_command('Aw', function(command)
  require('aw.command').run(command)
end, {
  nargs = '*',
  range = true,
  complete = function(lead, line, position)
    return require('aw.command').complete(lead, line:sub(1, position))
  end,
  desc = 'Evolve a paragraph',
})

vim.keymap.set('n', '<Plug>(aw-evolve)', '<Cmd>Aw evolve<CR>')
vim.keymap.set('x', '<Plug>(aw-evolve)', ':Aw evolve<CR>', { silent = true })
vim.keymap.set('n', '<Plug>(aw-results)', '<Cmd>Aw results<CR>')
vim.keymap.set('n', '<Plug>(aw-stop)', '<Cmd>Aw stop<CR>')

local function highlights()
  for name, link in pairs({
    AwStatus = 'Comment',
    AwHint = 'Comment',
    AwFlag = 'WarningMsg',
    AwAdded = 'DiffAdd',
    AwRemoved = 'DiffDelete',
  }) do
    vim.api.nvim_set_hl(0, name, { default = true, link = link })
  end
  vim.api.nvim_set_hl(0, 'AwStruck', { default = true, strikethrough = true })
end
highlights()
vim.api.nvim_create_autocmd('ColorScheme', {
  group = vim.api.nvim_create_augroup('aw.highlights', { clear = true }),
  callback = highlights,
})
