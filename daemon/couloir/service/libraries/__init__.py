"""The open libraries: their photos' index, models, profiles and offsets."""
