// Loaded before the program: says on stderr how much memory the process held at most.
process.on('exit', () => process.stderr.write(`\nmax-rss ${process.resourceUsage().maxRSS * 1024}\n`))
