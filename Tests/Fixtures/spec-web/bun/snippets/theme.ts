root.style.background = "var(--ks-bg-surface)";
root.style.color = "var(--ks-text-primary)";
