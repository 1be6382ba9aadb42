--- Where the program of this plug-in's Couloir is: `command`, a list of words that start it. `couloir plugin install`
-- writes this file; a plug-in that was unpacked from its zip looks in the usual places.
return {}
