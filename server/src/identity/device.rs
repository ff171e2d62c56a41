//! A browser's description of itself, in words a person recognises.

/// E.g. "Firefox on Linux"; "Unknown browser" when nothing is recognised.
#[must_use]
pub(super) fn device_of(user_agent: &str) -> String {
    // Order matters: most browsers also claim to be the ones below them.
    let browsers = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    let systems = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let find = |list: &[(&str, &'static str)]| {
        list.iter()
            .find(|(sign, _)| user_agent.contains(sign))
            .map(|(_, name)| *name)
    };
    match (find(&browsers), find(&systems)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "Unknown browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::device_of;

    #[test]
    fn common_browsers_are_recognised() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36";
        assert_eq!(device_of(chrome), "Chrome on Linux");
        assert_eq!(
            device_of("Mozilla/5.0 (iPhone; CPU iPhone OS 26) Version/26 Safari/604"),
            "Safari on iPhone"
        );
        assert_eq!(device_of(""), "Unknown browser");
    }
}
