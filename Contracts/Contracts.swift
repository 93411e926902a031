// This folder is a target, so that a new or a deleted contract makes the build plan itself anew.
