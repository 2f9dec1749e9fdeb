#!/usr/bin/env -S node --
require('./load.js')
