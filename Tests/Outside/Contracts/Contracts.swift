// A target, so that a contract that is added or deleted makes the build plan itself anew.
