--- The ranked rewrites of a run in a float: the list above, below it what the one under the cursor changes.

local client = require('aw.client')
local compat = require('aw.compat')
local config = require('aw.config')
local preview = require('aw.preview')

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace('aw.results')
local LONGEST = 8 -- entries seen at once
local HINT = 'Enter applies   y copies   q closes'

---@param result table
---@return string
local function title(result)
  if result.stale then
    return ' AW · the text has changed since '
  elseif result.status == 'running' then
    return ' AW · so far '
  end
  return ' AW '
end

---@return integer bufnr
local function scratch()
  local bufnr = vim.api.nvim_create_buf(false, true)
  vim.bo[bufnr].bufhidden = 'wipe'
  vim.bo[bufnr].modifiable = false
  return bufnr
end

---@param candidates table[]
---@return string[]
local function titles(candidates)
  return vim.tbl_map(function(candidate)
    local marks = (candidate.preferred and ' ★' or '') .. (#candidate.flags > 0 and ' ⚠' or '')
    return candidate.title .. marks
  end, candidates)
end

--- Two windows that open, move and close together.
---@param result table
---@return { list: integer, diff: integer, windows: integer[] }? nil where there is no room
local function open_windows(result)
  local width = math.min(100, vim.o.columns - 4)
  local list_height = math.min(LONGEST, #result.candidates) + 1
  local room = vim.o.lines - vim.o.cmdheight - 1
  local diff_height = math.min(preview.height(result, width), room - list_height - 5)
  if width < 40 or diff_height < 3 then
    return nil
  end
  -- In the other half of the screen than the cursor, which stands at the passage.
  local row = vim.fn.screenrow() > room / 2 and 0 or math.max(0, room - list_height - diff_height - 4)
  local shared = {
    relative = 'editor',
    width = width,
    col = math.floor((vim.o.columns - width - 2) / 2),
    style = 'minimal',
    border = 'rounded',
  }
  local list, diff = scratch(), scratch()
  local below =
    vim.tbl_extend('force', shared, { row = row + list_height + 2, height = diff_height, focusable = false })
  local diff_window = compat.float(diff, false, below)
  local above = vim.tbl_extend('force', shared, { row = row, height = list_height, title = title(result) })
  local list_window = compat.float(list, true, above)
  for _, window in ipairs({ list_window, diff_window }) do
    vim.api.nvim_win_call(window, function()
      vim.opt_local.cursorline = window == list_window
      vim.opt_local.scrolloff = 0
      vim.opt_local.wrap = window == diff_window
      vim.opt_local.linebreak = true
      -- The colours of a diff are made for the background of text.
      vim.opt_local.winhighlight = 'NormalFloat:Normal,FloatBorder:AwHint'
    end)
  end
  return { list = list, diff = diff, windows = { list_window, diff_window } }
end

--- Write the titles into the buffer of the list, and the keys below them.
---@param list integer
---@param candidates table[]
local function fill(list, candidates)
  vim.bo[list].modifiable = true
  vim.api.nvim_buf_set_lines(list, 0, -1, false, titles(candidates))
  vim.bo[list].modifiable = false
  vim.bo[list].filetype = 'aw'
  local hint = { virt_lines = { { { HINT, 'AwHint' } } } }
  vim.api.nvim_buf_set_extmark(list, NAMESPACE, #candidates - 1, 0, hint)
end

---@param bufnr integer the document
---@param lsp aw.Client
---@param result table
---@return boolean shown
local function float(bufnr, lsp, result)
  local panes = open_windows(result)
  if not panes then
    return false
  end
  local candidates = result.candidates
  fill(panes.list, candidates)

  local function current()
    return candidates[vim.api.nvim_win_get_cursor(panes.windows[1])[1]]
  end
  local function close()
    for _, window in ipairs(panes.windows) do
      if vim.api.nvim_win_is_valid(window) then
        vim.api.nvim_win_close(window, true)
      end
    end
  end
  local parts = {}
  local function show()
    local candidate = current()
    preview.show(panes.diff, candidate, parts[candidate.id])
    if parts[candidate.id] or candidate.id == 'original' then
      return
    end
    local params = { jobId = result.jobId, candidateId = candidate.id, format = 'words' }
    compat.request(lsp, 'aw/preview', params, function(err, answer)
      parts[candidate.id] = not err and answer.parts or nil
      local shown = vim.api.nvim_buf_is_valid(panes.diff) and vim.api.nvim_win_is_valid(panes.windows[1])
      if parts[candidate.id] and shown and current() == candidate then
        preview.show(panes.diff, candidate, parts[candidate.id])
      end
    end, bufnr)
  end

  local function map(key, action)
    vim.keymap.set('n', key, action, { buffer = panes.list, nowait = true, silent = true })
  end
  map('q', close)
  map('<Esc>', close)
  map('<CR>', function()
    local candidate = current()
    close()
    require('aw.apply').apply(bufnr, result.jobId, candidate.id)
  end)
  map('y', function()
    require('aw.apply').copy(current().text)
  end)
  local group = vim.api.nvim_create_augroup('aw.results', { clear = true })
  vim.api.nvim_create_autocmd('CursorMoved', { group = group, buffer = panes.list, callback = show })
  vim.api.nvim_create_autocmd({ 'WinLeave', 'BufWipeout' }, {
    group = group,
    buffer = panes.list,
    once = true,
    callback = function()
      vim.schedule(close)
    end,
  })
  show()
  return true
end

---@param bufnr integer
---@param result table
local function select(bufnr, result)
  vim.ui.select(result.candidates, {
    prompt = 'Rewrites',
    kind = 'aw',
    format_item = function(candidate)
      return titles({ candidate })[1]
    end,
  }, function(candidate)
    if candidate then
      require('aw.apply').apply(bufnr, result.jobId, candidate.id)
    end
  end)
end

--- Show the ranking of a job; without one, of the newest run at the cursor or else in the buffer.
---@param bufnr integer
---@param job_id? string
function M.open(bufnr, job_id)
  local run = require('aw.runs').find(bufnr, job_id)
  job_id = job_id or (run and run.job_id)
  if not job_id then
    return client.say(run and 'nothing to show yet.' or 'no rewrites here yet; `:Aw evolve` makes some.')
  end
  client.with(bufnr, function(lsp)
    client.ask(lsp, 'aw/results', { jobId = job_id }, bufnr, function(result)
      if #result.candidates < 2 then
        client.say('no rewrite to show; your text stands.')
      elseif config.options.results == 'select' or not float(bufnr, lsp, result) then
        select(bufnr, result)
      end
    end)
  end)
end

return M
