--- Between places in a buffer (rows and bytes from 0, end exclusive) and ranges of the protocol.

local compat = require('aw.compat')

local M = {}

---@class aw.Place
---@field row integer
---@field col integer
---@field end_row integer
---@field end_col integer

---@param bufnr integer
---@param row integer
---@return string
local function line(bufnr, row)
  return vim.api.nvim_buf_get_lines(bufnr, row, row + 1, false)[1] or ''
end

---@param bufnr integer
---@param place aw.Place
---@param encoding string
---@return table range
function M.range(bufnr, place, encoding)
  local function position(row, col)
    return { line = row, character = compat.character(line(bufnr, row), col, encoding) }
  end
  return { start = position(place.row, place.col), ['end'] = position(place.end_row, place.end_col) }
end

---@param bufnr integer
---@param range table
---@param encoding string
---@return aw.Place within the buffer, whatever the range says
function M.of(bufnr, range, encoding)
  local last = vim.api.nvim_buf_line_count(bufnr) - 1
  local function bytes(position)
    if position.line > last then
      return last, #line(bufnr, last)
    end
    return position.line, compat.byte(line(bufnr, position.line), position.character, encoding)
  end
  local row, col = bytes(range.start)
  local end_row, end_col = bytes(range['end'])
  return { row = row, col = col, end_row = end_row, end_col = end_col }
end

--- The cursor, as an empty place.
---@return aw.Place
function M.cursor()
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  return { row = row - 1, col = col, end_row = row - 1, end_col = col }
end

--- Lines `first` to `last`, from 1; only what was selected in them, if they are those of a selection by
--- characters.
---@param bufnr integer
---@param first integer
---@param last integer
---@return aw.Place
function M.selected(bufnr, first, last)
  local from = vim.api.nvim_buf_get_mark(bufnr, '<')
  local to = vim.api.nvim_buf_get_mark(bufnr, '>')
  local end_line = line(bufnr, last - 1)
  if vim.fn.visualmode() ~= 'v' or from[1] ~= first or to[1] ~= last then
    return { row = first - 1, col = 0, end_row = last - 1, end_col = #end_line }
  end
  local end_col = to[2]
  if vim.o.selection ~= 'exclusive' and end_col < #end_line then
    end_col = end_col + vim.str_utf_end(end_line, end_col + 1) + 1
  end
  return { row = first - 1, col = from[2], end_row = last - 1, end_col = math.min(end_col, #end_line) }
end

---@param a aw.Place
---@param b aw.Place
---@return boolean
function M.touch(a, b)
  local function before(row, col, other_row, other_col)
    return row < other_row or (row == other_row and col < other_col)
  end
  return not before(a.end_row, a.end_col, b.row, b.col) and not before(b.end_row, b.end_col, a.row, a.col)
end

return M
