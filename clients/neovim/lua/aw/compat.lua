--- Everything that differs between Neovim 0.7 and today. No other file asks for a version.

local M = {}

---@param version string
---@return boolean
local function since(version)
  return vim.fn.has('nvim-' .. version) == 1
end

local OBJECTS = since('0.11') -- clients are objects: `client:request(…)`

---@alias aw.Client table a client of `vim.lsp`

---@type integer[] clients that were started here; before 0.8 only initialized ones are listed
local started = {}

--- Our clients, those of one buffer if it is given.
---@param bufnr? integer
---@return aw.Client[]
function M.clients(bufnr)
  local all = (vim.lsp.get_clients or vim.lsp.get_active_clients)()
  return vim.tbl_filter(function(client)
    return client.name == 'aw' and (not bufnr or vim.lsp.buf_is_attached(bufnr, client.id))
  end, all)
end

--- The configuration that `:help lsp-config` adds up, or `ours` where there is no such thing.
---@param ours table
---@return table
function M.configured(ours)
  return since('0.11') and vim.lsp.config.aw or ours
end

--- Tell `:help lsp-config`, which keeps what it once read, that options have changed.
---@param ours table
function M.reconfigure(ours)
  if since('0.11') then
    vim.lsp.config('aw', { cmd = ours.cmd, settings = ours.settings, init_options = ours.init_options })
  end
end

--- Attach a buffer to the client with this configuration's root, which is started if it does not run yet.
---@param config table
---@param bufnr integer
---@return integer? client_id
function M.start(config, bufnr)
  if vim.lsp.start then
    return vim.lsp.start(config, { bufnr = bufnr })
  end
  local id
  for _, each in ipairs(started) do
    local client = vim.lsp.get_client_by_id(each)
    id = client and client.config.root_dir == config.root_dir and each or id
  end
  if not id then
    id = vim.lsp.start_client(config)
    table.insert(started, id)
  end
  return id and vim.lsp.buf_attach_client(bufnr, id) and id or nil
end

---@param client aw.Client
---@param method string
---@param params table
---@param handler fun(err?: table, result?: any, ctx: table)
---@param bufnr? integer
---@return integer? request_id nil if the server is gone
function M.request(client, method, params, handler, bufnr)
  local sent, id
  if OBJECTS then
    sent, id = client:request(method, params, handler, bufnr)
  else
    sent, id = client.request(method, params, handler, bufnr)
  end
  return sent and id or nil
end

---@param client aw.Client
---@param method string
---@param params table
function M.notify(client, method, params)
  if OBJECTS then
    client:notify(method, params)
  else
    client.notify(method, params)
  end
end

---@param client aw.Client
---@param request_id integer
function M.cancel(client, request_id)
  if OBJECTS then
    client:cancel_request(request_id)
  else
    client.cancel_request(request_id)
  end
end

--- Units of the encoding before a byte of a line.
---@param line string
---@param byte integer
---@param encoding string 'utf-8' | 'utf-16' | 'utf-32'
---@return integer
function M.character(line, byte, encoding)
  byte = math.min(byte, #line)
  if encoding == 'utf-8' then
    return byte
  elseif OBJECTS then
    return vim.str_utfindex(line, encoding, byte, false)
  end
  local utf32, utf16 = vim.str_utfindex(line, byte)
  return encoding == 'utf-32' and utf32 or utf16
end

--- Bytes of a line before a character; the whole line where it is shorter.
---@param line string
---@param character integer
---@param encoding string
---@return integer
function M.byte(line, character, encoding)
  if encoding == 'utf-8' then
    return math.min(character, #line)
  elseif OBJECTS then
    return vim.str_byteindex(line, encoding, character, false)
  end
  local found, byte = pcall(vim.str_byteindex, line, character, encoding == 'utf-16')
  return found and byte or #line
end

--- Fire `User {event}`. Before 0.8 autocommands carry no data: `g:aw_event` has it in every version.
---@param event string
---@param data table
function M.emit(event, data)
  vim.g.aw_event = data
  vim.api.nvim_exec_autocmds('User', {
    pattern = event,
    modeline = false,
    data = since('0.8') and data or nil,
  })
end

--- Open a float; its title is left out where there are none.
---@param bufnr integer
---@param enter boolean
---@param options table
---@return integer window
function M.float(bufnr, enter, options)
  options.title = since('0.9') and options.title or nil
  return vim.api.nvim_open_win(bufnr, enter, options)
end

---@return { start: function, ok: function, warn: function, error: function, info: function }
function M.health()
  if vim.health and vim.health.start then
    return vim.health
  end
  local report = {}
  for _, kind in ipairs({ 'start', 'ok', 'warn', 'error', 'info' }) do
    report[kind] = vim.fn['health#report_' .. kind]
  end
  return report
end

return M
