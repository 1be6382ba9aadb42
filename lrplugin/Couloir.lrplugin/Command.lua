--- Command lines for the two systems. Pure text.
local Command = {}

local function quoted_for_shell(word) return "'" .. word:gsub("'", "'\\''") .. "'" end

-- A Windows path cannot hold a quote.
local function quoted_for_cmd(word) return '"' .. word:gsub('"', "") .. '"' end

local function joined(words, quoted)
  local parts = {}
  for index, word in ipairs(words) do parts[index] = quoted(word) end
  return table.concat(parts, " ")
end

--- Starts a program in the background, with its output in a file. No terminal can hang up, so it needs no
-- nohup, which fails without one.
-- @tparam table words the program and its arguments
-- @tparam string output path of the file
-- @tparam string process path of the file for its process id; Windows' `start` does not return it
-- @tparam boolean windows
function Command.background(words, output, process, windows)
  if windows then
    -- `cmd /c` strips one pair of quotes from the whole line.
    return '"start "" /b ' .. joined(words, quoted_for_cmd) .. " > " .. quoted_for_cmd(output) .. ' 2>&1"'
  end
  return joined(words, quoted_for_shell) .. " > " .. quoted_for_shell(output) .. " 2>&1 < /dev/null & echo $! > "
    .. quoted_for_shell(process)
end

--- A command that checks whether a process runs: its exit code is then 0. Not for Windows.
function Command.is_running(process) return string.format("/bin/kill -0 %d 2> /dev/null", process) end

--- Starts the service that is registered with the system.
function Command.service(windows)
  if windows then return '"schtasks.exe /Run /TN Couloir"' end
  return "/bin/launchctl kickstart gui/$(/usr/bin/id -u)/org.couloir.service"
end

--- The exit code in the result of LrTasks.execute: on macOS it is the wait status.
function Command.exit_code(result, windows)
  if windows or type(result) ~= "number" then return result end
  return math.floor(result / 256)
end

return Command
