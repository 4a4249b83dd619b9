--- For `vim.lsp.enable('aw')` in Neovim 0.11 and newer.
return require('aw.config').client()
