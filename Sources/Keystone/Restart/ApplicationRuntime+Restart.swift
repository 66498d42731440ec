internal import KeystoneServices
internal import KeystoneSupport

/// The app ends in order and begins again, in the same process, with the states of its plugins.
extension ApplicationRuntime {
    /// What `app:restart` does. Nothing happens while the app ends already.
    func restart() {
        guard !isShuttingDown, restartFile == nil, !isRestarting else { return }
        isRestarting = true
        log.info("the app starts again")
        Task {
            do {
                restartFile = try RestartFile(await plugins.saveStates(), in: paths.state)
                quit()
            } catch {
                isRestarting = false
                log.error("the app can't start again, since the states of its plugins can't be kept: \(error)")
            }
        }
    }

    /// After the main loop: begins the next life, if there is to be one. Only returns where there is none.
    func beginAgainIfWanted() {
        guard let restartFile else { return }
        var environment = launch.variables
        environment[RestartFile.variable] = restartFile.path
        do throws(SystemError) {
            try ProcessReplacement.perform(
                launch.executable, arguments: Array(CommandLine.arguments.dropFirst()), environment: environment)
        } catch {
            log.error("the app could not start again: \(error)")
            exitStatus = 1
        }
    }
}
