/// The numbers of the system calls that the sandbox's filter knows, for the architecture that this is built for.
enum SystemCallNumbers {
    #if arch(x86_64)
        /// `AUDIT_ARCH_X86_64`.
        static let architecture: UInt32 = 0xc000_003e
        static let clone: UInt32 = 56
        /// fork, vfork: `clone` by older names.
        static let forks: [UInt32] = [57, 58]
        static let ioctl: UInt32 = 16
        static let socket: UInt32 = 41
        /// Numbers from here on are those of another calling convention (x32).
        static let end: UInt32? = 0x4000_0000

        /// Answered as by a kernel that lacks them, so that libraries take the older way.
        /// clone3, memfd_create, memfd_secret, io_uring_setup, io_uring_enter, io_uring_register.
        static let absent: [UInt32] = [435, 319, 447, 425, 426, 427]

        /// Nothing that a worker does needs these; they are ways to the kernel, to others or around a limit.
        static let forbidden: [UInt32] = [
            // Other processes: ptrace, process_vm_readv, process_vm_writev, kcmp, pidfd_getfd.
            101, 310, 311, 312, 438,
            // Mounts and namespaces: mount, umount2, pivot_root, chroot, setns, unshare, mount_setattr,
            // move_mount, open_tree, fsopen, fsconfig, fsmount, fspick.
            165, 166, 155, 161, 308, 272, 442, 429, 428, 430, 431, 432, 433,
            // Files by handle, watching a whole system: open_by_handle_at, name_to_handle_at, fanotify_init.
            304, 303, 300,
            // The kernel's keyrings, programs and counters: keyctl, add_key, request_key, bpf, perf_event_open,
            // userfaultfd.
            250, 248, 249, 321, 298, 323,
            // The machine: init_module, finit_module, delete_module, kexec_load, kexec_file_load, reboot, swapon,
            // swapoff, syslog, acct, quotactl, quotactl_fd, iopl, ioperm, lookup_dcookie, vhangup.
            175, 313, 176, 246, 320, 169, 167, 168, 103, 163, 179, 443, 172, 173, 212, 153,
            // Old or odd ways to run code: personality, modify_ldt, uselib.
            135, 154, 134,
            // Memory that belongs to no process, which a limit by process would miss: shmget, msgget, semget,
            // mq_open.
            29, 68, 64, 240,
            // Where memory lies: move_pages, mbind, set_mempolicy, migrate_pages.
            279, 237, 238, 256,
        ]
    #elseif arch(arm64)
        /// `AUDIT_ARCH_AARCH64`.
        static let architecture: UInt32 = 0xc000_00b7
        static let clone: UInt32 = 220
        /// This architecture has no others.
        static let forks: [UInt32] = []
        static let ioctl: UInt32 = 29
        static let socket: UInt32 = 198
        static let end: UInt32? = nil

        /// Answered as by a kernel that lacks them, so that libraries take the older way.
        /// clone3, memfd_create, memfd_secret, io_uring_setup, io_uring_enter, io_uring_register.
        static let absent: [UInt32] = [435, 279, 447, 425, 426, 427]

        /// Nothing that a worker does needs these; they are ways to the kernel, to others or around a limit.
        static let forbidden: [UInt32] = [
            // Other processes: ptrace, process_vm_readv, process_vm_writev, kcmp, pidfd_getfd.
            117, 270, 271, 272, 438,
            // Mounts and namespaces: mount, umount2, pivot_root, chroot, setns, unshare, mount_setattr,
            // move_mount, open_tree, fsopen, fsconfig, fsmount, fspick.
            40, 39, 41, 51, 268, 97, 442, 429, 428, 430, 431, 432, 433,
            // Files by handle, watching a whole system: open_by_handle_at, name_to_handle_at, fanotify_init.
            265, 264, 262,
            // The kernel's keyrings, programs and counters: keyctl, add_key, request_key, bpf, perf_event_open,
            // userfaultfd.
            219, 217, 218, 280, 241, 282,
            // The machine: init_module, finit_module, delete_module, kexec_load, kexec_file_load, reboot, swapon,
            // swapoff, syslog, acct, quotactl, quotactl_fd, lookup_dcookie, vhangup.
            105, 273, 106, 104, 294, 142, 224, 225, 116, 89, 60, 443, 18, 58,
            // Old or odd ways to run code: personality.
            92,
            // Memory that belongs to no process, which a limit by process would miss: shmget, msgget, semget,
            // mq_open.
            194, 186, 190, 180,
            // Where memory lies: move_pages, mbind, set_mempolicy, migrate_pages.
            239, 235, 237, 238,
        ]
    #endif
}
