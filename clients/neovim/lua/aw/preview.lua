--- A rewrite beside the text it would replace: words that go, words that come, and what speaks for it.

local wording = require('aw.wording')

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace('aw.preview')
local GROUP = { added = 'AwAdded', removed = 'AwRemoved' }
local LOWEST, HIGHEST = 6, 14 -- lines
local FLAG = { linkText = 'link text', quote = 'quotation' }

---@class aw.Chunk
---@field text string
---@field group? string

--- Hard wraps are the document's; the window has its own.
---@param text string
---@return string
local function unwrap(text)
  local paragraphs = vim.split(text:gsub('\r\n?', '\n'), '\n%s*\n')
  for at, paragraph in ipairs(paragraphs) do
    paragraphs[at] = paragraph:gsub('%s*\n%s*', ' ')
  end
  return table.concat(paragraphs, '\n')
end

---@param parts table[] `DiffPart`s
---@return aw.Chunk[]
local function changes(parts)
  local chunks = {}
  for _, part in ipairs(parts) do
    for _, word in ipairs(part.words) do
      table.insert(chunks, { text = unwrap(word.text), group = GROUP[word.kind] })
    end
  end
  return chunks
end

---@param flag table
---@return string
local function flagged(flag)
  local kind = FLAG[flag.kind] or flag.kind
  if flag.before and flag.after then
    return ('%s: %s → %s'):format(kind, flag.before, flag.after)
  elseif flag.before then
    return ('%s: %s is gone'):format(kind, flag.before)
  elseif flag.after then
    return ('%s: %s is new'):format(kind, flag.after)
  end
  return kind
end

--- What the judge found, what to look at, and where the rewrite comes from.
---@param candidate table
---@return aw.Chunk[]
local function evidence(candidate)
  local chunks = {}
  local read = {}
  for _, criterion in ipairs(candidate.criteria) do
    table.insert(read, ('%s %s'):format(criterion.label, wording.percent(criterion.wins)))
  end
  if #read > 0 then
    table.insert(chunks, { text = '\n' .. table.concat(read, ' · '), group = 'AwHint' })
  end
  for _, flag in ipairs(candidate.flags) do
    table.insert(chunks, { text = '\nlook at ' .. flagged(flag), group = 'AwFlag' })
  end
  local lineage = candidate.lineage
  table.insert(chunks, {
    text = ('\n%s, generation %d, %s change'):format(lineage.operator, lineage.generation, candidate.niche),
    group = 'AwHint',
  })
  return chunks
end

--- Lines that the previews of a result need; a diff is about a third longer than the longer of its texts.
---@param result table
---@param width integer
---@return integer
function M.height(result, width)
  local longest = 0
  for _, candidate in ipairs(result.candidates) do
    longest = math.max(longest, vim.fn.strdisplaywidth(unwrap(candidate.text)))
  end
  return math.max(LOWEST, math.min(HIGHEST, math.ceil(longest * 1.35 / width) + 4))
end

--- Fill a buffer with a candidate.
---@param bufnr integer
---@param candidate table
---@param parts? table[] without them the candidate's text stands alone
function M.show(bufnr, candidate, parts)
  local chunks
  if candidate.id == 'original' then
    chunks = { { text = unwrap(candidate.text) }, { text = '\n\nyour text, as it stands', group = 'AwHint' } }
  else
    chunks = parts and changes(parts) or { { text = unwrap(candidate.text) } }
    table.insert(chunks, { text = '\n' })
    vim.list_extend(chunks, evidence(candidate))
  end

  local lines, marks = { '' }, {}
  for _, chunk in ipairs(chunks) do
    for at, piece in ipairs(vim.split(chunk.text, '\n', { plain = true })) do
      if at > 1 then
        table.insert(lines, '')
      end
      local from = #lines[#lines]
      lines[#lines] = lines[#lines] .. piece
      if chunk.group and piece ~= '' then
        table.insert(marks, { #lines - 1, from, #lines[#lines], chunk.group })
      end
    end
  end
  vim.bo[bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, lines)
  vim.bo[bufnr].modifiable = false
  vim.api.nvim_buf_clear_namespace(bufnr, NAMESPACE, 0, -1)
  for _, mark in ipairs(marks) do
    local row, from, to, group = unpack(mark)
    vim.api.nvim_buf_set_extmark(bufnr, NAMESPACE, row, from, { end_col = to, hl_group = group })
    if group == GROUP.removed then
      -- Of its own, so that a colour scheme's choice for what goes is kept.
      vim.api.nvim_buf_set_extmark(bufnr, NAMESPACE, row, from, { end_col = to, hl_group = 'AwStruck' })
    end
  end
end

return M
