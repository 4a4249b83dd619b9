--- What can be chosen, and the configuration of the language client that follows from it.

local M = {}

M.PROTOCOL = 1
local VERSION = '0.1.0'

---@class aw.Options
---@field cmd? string[] how the server is started
---@field settings? table the server's settings, for instance { rubric = 'concise' }
---@field results? 'float'|'select' how rewrites are listed; 'select' leaves it to |vim.ui.select()|

---@type aw.Options
M.options = { cmd = { 'aw-server', '--stdio' }, settings = {}, results = 'float' }

-- Neovim's names of file types that LSP calls something else.
local LANGUAGE =
  { tex = 'latex', plaintex = 'latex', text = 'plaintext', [''] = 'plaintext', gitcommit = 'git-commit' }

--- Change some of the options; an error names one that does not exist or has the wrong type.
---@param options? aw.Options
function M.set(options)
  options = options or {}
  for name, value in pairs(options) do
    local default = M.options[name]
    if default == nil then
      error(('aw: there is no option `%s`.'):format(name), 2)
    elseif type(value) ~= type(default) then
      error(('aw: `%s` must be a %s.'):format(name, type(default)), 2)
    end
  end
  if options.results and options.results ~= 'float' and options.results ~= 'select' then
    error("aw: `results` must be 'float' or 'select'.", 2)
  end
  M.options = vim.tbl_deep_extend('force', M.options, options)
  -- An argument list is replaced, not merged.
  M.options.cmd = options.cmd or M.options.cmd
end

---@param settings table
---@return table
local function object(settings)
  return next(settings) and settings or vim.empty_dict()
end

--- What `vim.lsp.start` and `lsp/aw.lua` take.
---@return table
function M.client()
  local settings = object(M.options.settings)
  return {
    name = 'aw',
    cmd = M.options.cmd,
    filetypes = {
      'markdown',
      'tex',
      'plaintex',
      'text',
      'rst',
      'org',
      'asciidoc',
      'typst',
      'quarto',
      'gitcommit',
      'mail',
    },
    root_markers = { '.aw', '.git' },
    get_language_id = function(_, filetype)
      return LANGUAGE[filetype] or filetype
    end,
    init_options = {
      aw = {
        client = 'neovim',
        clientVersion = VERSION,
        protocol = M.PROTOCOL,
        updates = true,
        status = true,
        settings = settings,
      },
    },
    settings = { aw = settings },
    handlers = {
      ['$/aw/update'] = function(_, update)
        require('aw.runs').update(update)
      end,
      ['$/aw/status'] = function(_, status, ctx)
        require('aw.runs').server_state(status.state, ctx.client_id)
      end,
      ['workspace/applyEdit'] = function(...)
        return require('aw.apply').edit(...)
      end,
    },
    commands = require('aw.actions'),
    on_exit = function(_, _, client_id)
      vim.schedule(function()
        require('aw.runs').lost(client_id)
      end)
    end,
  }
end

return M
