-- A menu item: Lightroom runs this file from top to bottom at each click, outside of any task.
require("Action").run("Remove", require("Removal").run)
