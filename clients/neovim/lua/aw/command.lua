--- `:[range]Aw {what}` and its completion.

local client = require('aw.client')
local place = require('aw.place')

local M = {}

---@type table<string, string[]> what completion offers, as the server last said
local known = { rubrics = {}, models = {} }

--- The place a command is about: its range, or the paragraph at the cursor.
---@param command table
---@return aw.Place
local function where(command)
  if command.range == 0 then
    return place.cursor()
  end
  return place.selected(0, command.line1, command.line2)
end

--- Fetch names for completion. They arrive after the first completion, and are there for the next.
---@param lsp aw.Client
---@param bufnr integer
local function learn(lsp, bufnr)
  local function names(method, params, kind, key)
    client.ask(lsp, method, params, bufnr, function(entries)
      known[kind] = vim.tbl_map(function(entry)
        return entry[key]
      end, entries)
    end)
  end
  if #known.rubrics == 0 then
    names('aw/rubrics', { textDocument = { uri = vim.uri_from_bufnr(bufnr) } }, 'rubrics', 'id')
    names('aw/models', vim.empty_dict(), 'models', 'ref')
  end
end

local function evolve(command, bufnr, rubric)
  local at = where(command)
  client.with(bufnr, function(lsp)
    require('aw.runs').start(bufnr, { rubric = rubric }, at)
    learn(lsp, bufnr)
  end)
end

local function instruct(command, bufnr, text)
  local at = where(command)
  local function start(instruction)
    if instruction and instruction:find('%S') then
      require('aw.runs').start(bufnr, { instruction = instruction }, at)
    end
  end
  if text then
    return start(text)
  end
  -- While the writer types, the model gets ready.
  client.with(bufnr, function(lsp)
    require('aw.compat').notify(lsp, 'aw/prepare', {
      textDocument = { uri = vim.uri_from_bufnr(bufnr) },
      range = place.range(bufnr, at, lsp.offset_encoding),
    })
    vim.ui.input({ prompt = 'How should it change? ' }, start)
  end)
end

local function apply(_, bufnr, rank)
  local run = require('aw.runs').find(bufnr)
  if not run or not run.result then
    return client.say('no rewrites here yet; `:Aw evolve` makes some.')
  end
  local candidate = run.result.candidates[tonumber(rank or 1)]
  if not candidate then
    return client.say(('there is no rewrite number %s.'):format(rank), vim.log.levels.ERROR)
  end
  require('aw.apply').apply(bufnr, run.job_id, candidate.id)
end

local function model(_, bufnr, ref)
  client.with(bufnr, function(lsp)
    learn(lsp, bufnr)
    local function choose(chosen)
      client.ask(lsp, 'aw/selectModel', { ref = chosen }, bufnr, function(answer)
        client.say('model: ' .. answer.ref)
      end)
    end
    if ref then
      return choose(ref)
    end
    client.ask(lsp, 'aw/models', vim.empty_dict(), bufnr, function(entries)
      vim.ui.select(entries, {
        prompt = 'Model',
        format_item = function(entry)
          if entry.state == 'available' then
            return ('%s (to be fetched: %.0f MB, %s)'):format(entry.title, entry.bytes / 1e6, entry.goodFor)
          end
          local state = entry.active and 'in use' or entry.state ~= 'ready' and entry.state or nil
          return entry.title .. (state and (' (%s)'):format(state) or '')
        end,
      }, function(entry)
        if not entry then
          return
        end
        if entry.state ~= 'available' then
          return choose(entry.ref)
        end
        client.say(('fetching %s, %.0f MB …'):format(entry.title, entry.bytes / 1e6))
        client.ask(lsp, 'aw/pullModel', { ref = entry.ref }, bufnr, function()
          choose(entry.ref)
        end)
      end)
    end)
  end)
end

---@param bufnr integer
---@param callback fun(status: table)
local function server(bufnr, callback)
  client.with(bufnr, function(lsp)
    client.ask(lsp, 'aw/status', vim.empty_dict(), bufnr, callback)
  end)
end

local function status(_, bufnr)
  server(bufnr, function(found)
    local parts = { found.state, 'model ' .. found.model, 'aw-server ' .. found.server }
    if found.queue > 0 then
      table.insert(parts, ('%d waiting'):format(found.queue))
    end
    if found.workerBytes then
      table.insert(parts, ('%.0f MB'):format(found.workerBytes / 1e6))
    end
    client.say(table.concat(parts, ' · '))
    if found.lastFault then
      client.say(found.lastFault, vim.log.levels.WARN)
    end
  end)
end

local function log(_, bufnr)
  server(bufnr, function(found)
    vim.cmd('split ' .. vim.fn.fnameescape(found.log))
  end)
end

---@type table<string, fun(command: table, bufnr: integer, argument?: string)>
local ACTIONS = {
  evolve = evolve,
  instruct = instruct,
  ['repeat'] = function(command, bufnr)
    local runs = require('aw.runs')
    runs.start(bufnr, runs.again({}), where(command))
  end,
  stop = function(_, bufnr)
    require('aw.runs').stop(bufnr)
  end,
  results = function(_, bufnr)
    require('aw.results').open(bufnr)
  end,
  apply = apply,
  next = function(_, bufnr)
    require('aw.apply').next(bufnr)
  end,
  compare = function(_, bufnr)
    require('aw.compare').open(bufnr)
  end,
  model = model,
  status = status,
  log = log,
}

local OFFERED = { evolve = 'rubrics', model = 'models' }

---@param lead string
---@param line string up to the cursor
---@return string[]
function M.complete(lead, line)
  local words = vim.split(line:gsub('^.-Aw%s+', ''), '%s+')
  local offered = #words < 2 and vim.tbl_keys(ACTIONS) or known[OFFERED[words[1]]] or {}
  if #words > 2 then
    return {}
  end
  local matching = vim.tbl_filter(function(name)
    return vim.startswith(name, lead)
  end, offered)
  table.sort(matching)
  return matching
end

--- Run `:Aw`.
---@param command table as |nvim_create_user_command()| gives it
function M.run(command)
  local name, argument = command.args:match('^%s*(%S+)%s*(.-)%s*$')
  local action = ACTIONS[name]
  if not action then
    local names = vim.tbl_keys(ACTIONS)
    table.sort(names)
    return client.say(
      ('`%s` is none of: %s.'):format(name or '', table.concat(names, ', ')),
      vim.log.levels.ERROR
    )
  end
  action(command, vim.api.nvim_get_current_buf(), argument ~= '' and argument or nil)
end

return M
