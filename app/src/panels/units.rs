//! Sizes, times and counts as people read them.

/// `812 B`, `12.4 KiB`, `3.1 MiB`.
pub fn size(bytes: u64) -> String {
    let (unit, word) = match bytes {
        0..1024 => return format!("{bytes} B"),
        1024..0x10_0000 => (1024, "KiB"),
        _ => (1024 * 1024, "MiB"),
    };
    let tenths = (bytes.saturating_mul(10).saturating_add(unit / 2)) / unit;
    format!("{}.{} {word}", tenths / 10, tenths % 10)
}

/// `0.4 ms`, `12.0 ms`.
pub fn millis(micros: u64) -> String {
    format!("{}.{} ms", micros / 1000, micros % 1000 / 100)
}

/// `1 node`, `2 nodes`.
pub fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// How long ago something was, from two times in milliseconds.
pub fn ago(then: i64, now: i64) -> String {
    let minutes = now.saturating_sub(then).max(0) / 60_000;
    let unit = |n: i64, what: &str| {
        let n = usize::try_from(n).unwrap_or(usize::MAX);
        format!("{} ago", count(n, what))
    };
    match minutes {
        0 => "just now".to_string(),
        1..60 => unit(minutes, "minute"),
        60..1440 => unit(minutes / 60, "hour"),
        _ => unit(minutes / 1440, "day"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_rounded_numbers() {
        assert_eq!(size(812), "812 B");
        assert_eq!(size(12_700), "12.4 KiB");
        assert_eq!(size(64 << 20), "64.0 MiB");
        assert_eq!(millis(412), "0.4 ms");
        assert_eq!(count(1, "node"), "1 node");
        assert_eq!(count(0, "node"), "0 nodes");
        assert_eq!(ago(0, 59_000), "just now");
        assert_eq!(ago(0, 60_000), "1 minute ago");
        assert_eq!(ago(0, 7_200_000), "2 hours ago");
        assert_eq!(ago(10, 0), "just now");
    }
}
