--- The language client of a buffer: found, or started on first use.

local compat = require('aw.compat')
local config = require('aw.config')

local M = {}

local START_LIMIT = 10000 -- ms; the server answers in less than one second unless the computer is very busy
local POLL = 20 -- ms

---@param message string
---@param level? integer
function M.say(message, level)
  vim.notify('AW: ' .. message, level or vim.log.levels.INFO)
end

--- The nearest folder above a buffer's file that has one of the root markers.
---@param bufnr integer
---@return string?
local function root(bufnr)
  local markers = config.client().root_markers
  local folder = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(bufnr), ':p:h')
  while folder ~= '' do
    for _, marker in ipairs(markers) do
      if (vim.uv or vim.loop).fs_stat(folder .. '/' .. marker) then
        return folder
      end
    end
    local parent = vim.fn.fnamemodify(folder, ':h')
    if parent == folder then
      return nil
    end
    folder = parent
  end
end

--- The sentence that says what is wrong with the configured command, nil if it can be started.
---@return string?
function M.missing()
  local cmd = compat.configured(config.client()).cmd
  if type(cmd) == 'table' and vim.fn.executable(cmd[1]) == 0 then
    return ('`%s` was not found. Install aw, or name the server: require("aw").setup{ cmd = { … } }.'):format(
      cmd[1]
    )
  end
end

---@param client aw.Client
local function too_old(client)
  local aw = (client.server_capabilities.experimental or {}).aw
  local protocol = aw and aw.protocol or 0
  if protocol < config.PROTOCOL then
    M.say(
      ('the server is older than this plugin (protocol %d, needed %d). Update aw-server.'):format(
        protocol,
        config.PROTOCOL
      ),
      vim.log.levels.ERROR
    )
  end
end

--- Call back with the client of a buffer as soon as it can be asked; say so if there will be none.
---@param bufnr integer
---@param callback fun(client: aw.Client)
function M.with(bufnr, callback)
  if vim.api.nvim_buf_get_name(bufnr) == '' then
    -- All buffers without a name share one address, and an edit to it goes to a new buffer.
    return M.say('this buffer has no name yet; `:file NAME` gives it one.', vim.log.levels.WARN)
  end
  local id = (compat.clients(bufnr)[1] or {}).id
  local new = id == nil
  if new then
    local fault = M.missing()
    if not fault then
      local full = vim.tbl_extend('force', compat.configured(config.client()), { root_dir = root(bufnr) })
      id = compat.start(full, bufnr)
      fault = not id and 'the server could not be started; `:checkhealth aw` looks into it.' or nil
    end
    if fault then
      return M.say(fault, vim.log.levels.ERROR)
    end
  end
  local waited = 0
  local function poll()
    local client = vim.lsp.get_client_by_id(id)
    if client and client.initialized and vim.lsp.buf_is_attached(bufnr, id) then
      if new then
        too_old(client)
      end
      callback(client)
    elseif client and waited < START_LIMIT then
      waited = waited + POLL
      vim.defer_fn(poll, POLL)
    else
      M.say('the server did not start; `:checkhealth aw` looks into it.', vim.log.levels.ERROR)
    end
  end
  poll()
end

--- Ask our server; show an error to the writer instead of calling `callback`.
---@param client aw.Client
---@param method string
---@param params table
---@param bufnr integer
---@param callback fun(result: any)
---@param finally? fun() called first, whatever comes back
---@return integer? request_id nil if the server is gone
function M.ask(client, method, params, bufnr, callback, finally)
  finally = finally or function() end
  local id = compat.request(client, method, params, function(err, result)
    finally()
    if err then
      M.say(err.message or tostring(err), vim.log.levels.ERROR)
    else
      callback(result)
    end
  end, bufnr)
  if not id then
    finally()
    M.say('the server is gone. The next `:Aw evolve` starts it again.', vim.log.levels.ERROR)
  end
  return id
end

return M
