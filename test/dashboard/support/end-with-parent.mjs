// Preloaded into the fleet of a test: when the test's process is gone, however it ended, its end of our stdin is closed,
// and the fleet ends as after Ctrl-C instead of staying behind.
process.stdin.on("end", () => process.kill(process.pid, "SIGINT"));
process.stdin.resume();
process.stdin.unref();
