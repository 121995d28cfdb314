//! Limits by name, as an operator writes them: `memory-total = 256 MiB`.

use super::Limits;

/// A limit that cannot be set as written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// No limit has that name.
    #[error("there is no limit {name}; there are {}", Limits::names().join(", "))]
    NoSuchLimit {
        /// As it was written.
        name: String,
    },
    /// The value does not fit the limit.
    #[error("the limit {name} cannot be {value}: write {expected}")]
    WrongValue {
        /// The limit.
        name: String,
        /// As it was written.
        value: String,
        /// What would fit.
        expected: &'static str,
    },
    /// A line that is no setting.
    #[error("“{0}” is not a setting: write NAME = VALUE")]
    NotASetting(String),
}

/// Sets fields by their names; see [`Limits`] for what they mean.
macro_rules! named {
    ($($name:literal $kind:ident $field:ident,)*) => {
        impl Limits {
            /// The names of all limits.
            pub fn names() -> &'static [&'static str] {
                &[$($name),*]
            }

            /// Every limit by its name, with its value as [`Limits::set`] takes it.
            pub fn in_words(&self) -> Vec<(&'static str, String)> {
                vec![$(($name, $kind::in_words(self.$field))),*]
            }

            /// Sets one limit.
            ///
            /// # Errors
            ///
            /// When no limit has that name, or the value does not fit it.
            pub fn set(&mut self, name: &str, value: &str) -> Result<(), LimitError> {
                match name {
                    $($name => {
                        self.$field = $kind::read(value).ok_or_else(|| LimitError::WrongValue {
                            name: name.to_owned(),
                            value: value.to_owned(),
                            expected: stringify_kind(stringify!($kind)),
                        })?;
                        Ok(())
                    })*
                    _ => Err(LimitError::NoSuchLimit { name: name.to_owned() }),
                }
            }
        }
    };
}

named! {
    "component-bytes" bytes max_component_bytes,
    "compile-time" time compile_time,
    "compiles-at-once" count compiles_at_once,
    "compiled-functions" bytes compiled_functions,
    "compiled-modules" bytes compiled_modules,
    "programs-kept" count programs_kept,
    "memory-total" bytes memory_total,
    "memory-each" bytes memory_each,
    "memories" count memories,
    "table-elements" count table_elements,
    "core-instances" count core_instances,
    "stack" bytes stack,
    "pool-memories" count pool_memories,
    "pool-tables" count pool_tables,
    "pool-stacks" count pool_stacks,
    "cpu-per-request" time cpu_per_request,
    "wall-per-request" time wall_per_request,
    "first-byte" time first_byte,
    "cpu-per-command" time cpu_per_command,
    "wall-per-command" time wall_per_command,
    "command-output" bytes command_output,
    "request-body" bytes request_body,
    "response-body" bytes response_body,
    "url-bytes" bytes url_bytes,
    "header-bytes" bytes header_bytes,
    "header-count" count header_count,
    "log-bytes-per-request" bytes log_bytes_per_request,
    "log-ring-bytes" bytes log_ring_bytes,
    "requests-per-preview" count requests_per_preview,
    "requests-at-once" count requests_at_once,
    "requests-per-instance" count requests_per_instance,
    "instance-idle" time instance_idle,
    "sessions-per-preview" count sessions_per_preview,
    "session-idle" time session_idle,
    "call-result" bytes call_result,
    "queue-wait" time queue_wait,
    "previews" count previews,
    "preview-idle" time preview_idle,
    "outbound-requests" count outbound_requests,
    "outbound-time" time outbound_time,
    "outbound-response" bytes outbound_response,
    "private-addresses" flag private_addresses,
    "service-time" time service_time,
    "kv-keys" count kv_keys,
    "kv-key-bytes" bytes kv_key_bytes,
    "kv-value-bytes" bytes kv_value_bytes,
    "kv-total-bytes" bytes kv_total_bytes,
    "objects" count objects,
    "object-bytes" bytes object_bytes,
    "objects-total-bytes" bytes objects_total_bytes,
    "message-bytes" bytes message_bytes,
    "messages-per-request" count messages_per_request,
    "messages-waiting" count messages_waiting,
    "random-bytes-per-call" bytes random_bytes_per_call,
    "call-bytes" bytes call_bytes,
    "handles" count handles,
}

impl Limits {
    /// Sets what a text says, line by line: `NAME = VALUE`. Empty lines, and what follows a `#`, say nothing.
    ///
    /// # Errors
    ///
    /// At the first line that cannot be followed.
    pub fn read(&mut self, text: &str) -> Result<(), LimitError> {
        for line in text.lines() {
            let setting = line.split('#').next().unwrap_or_default().trim();
            if setting.is_empty() {
                continue;
            }
            let not_one = || LimitError::NotASetting(setting.to_owned());
            let (name, value) = setting.split_once('=').ok_or_else(not_one)?;
            self.set(name.trim(), value.trim())?;
        }
        Ok(())
    }
}

fn stringify_kind(kind: &str) -> &'static str {
    match kind {
        "bytes" => "a size like 64 KiB or 128 MiB, more than 0",
        "time" => "a time like 500 ms, 10 s or 2 min, more than 0",
        "count" => "a whole number, more than 0",
        _ => "yes or no",
    }
}

/// A whole number and what follows it.
fn number(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit());
    let (digits, unit) = text.split_at(end.unwrap_or(text.len()));
    let number = digits.parse().ok().filter(|number| *number > 0)?;
    Some((number, unit.trim()))
}

mod bytes {
    use super::number;

    pub(super) fn read(text: &str) -> Option<usize> {
        let (number, unit) = number(text)?;
        let unit: u64 = match unit {
            "" | "B" | "bytes" => 1,
            "KiB" => 1 << 10,
            "MiB" => 1 << 20,
            "GiB" => 1 << 30,
            _ => return None,
        };
        usize::try_from(number.checked_mul(unit)?).ok()
    }

    pub(super) fn in_words(bytes: usize) -> String {
        let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
        let whole = |(shift, _): &(u32, &str)| bytes > 0 && bytes.trailing_zeros() >= *shift;
        match units.iter().find(|unit| whole(unit)) {
            Some((shift, unit)) => format!("{} {unit}", bytes >> shift),
            None => format!("{bytes} bytes"),
        }
    }
}

mod count {
    use super::number;

    pub(super) fn read(text: &str) -> Option<usize> {
        let (number, unit) = number(text)?;
        usize::try_from(number).ok().filter(|_| unit.is_empty())
    }

    pub(super) fn in_words(count: usize) -> String {
        count.to_string()
    }
}

mod time {
    use super::number;
    use std::time::Duration;

    pub(super) fn read(text: &str) -> Option<Duration> {
        let (number, unit) = number(text)?;
        match unit {
            "ms" => Some(Duration::from_millis(number)),
            "s" => Some(Duration::from_secs(number)),
            "min" => Some(Duration::from_secs(number.checked_mul(60)?)),
            _ => None,
        }
    }

    pub(super) fn in_words(time: Duration) -> String {
        let millis = time.as_millis();
        match (millis % 60_000, millis % 1_000) {
            (0, _) => format!("{} min", millis / 60_000),
            (_, 0) => format!("{} s", millis / 1_000),
            _ => format!("{millis} ms"),
        }
    }
}

mod flag {
    pub(super) fn read(text: &str) -> Option<bool> {
        match text {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        }
    }

    pub(super) fn in_words(flag: bool) -> String {
        if flag { "yes" } else { "no" }.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn limits_are_set_by_name() {
        let mut limits = Limits::default();
        let text = "# for a large machine
            memory-total = 512 MiB
            cpu-per-request=2 s   # and not more

            session-idle = 1 min
            header-count = 7
            url-bytes = 100
            private-addresses = yes";
        limits.read(text).unwrap();
        let expected = Limits {
            memory_total: 512 << 20,
            cpu_per_request: Duration::from_secs(2),
            session_idle: Duration::from_secs(60),
            header_count: 7,
            url_bytes: 100,
            private_addresses: true,
            ..Limits::default()
        };
        assert_eq!(limits, expected);
    }

    #[test]
    fn every_limit_can_be_set() {
        for name in Limits::names() {
            let fits = ["7", "7 s", "yes"];
            let mut limits = Limits::default();
            let set = fits.iter().any(|value| limits.set(name, value).is_ok());
            assert!(set && limits != Limits::default(), "{name}");
        }
    }

    #[test]
    fn what_is_shown_can_be_set() {
        let mut limits = Limits::default();
        for (name, value) in Limits::default().in_words() {
            limits.set(name, &value).unwrap();
        }
        assert_eq!(limits, Limits::default());
    }

    #[test]
    fn what_does_not_fit_is_refused_in_words() {
        let mut limits = Limits::default();
        for (setting, words) in [
            (
                "memory = 5",
                "there is no limit memory; there are component-bytes, ",
            ),
            ("memory-total = 0", "cannot be 0: write a size like"),
            ("memory-total = 5 MB", "write a size like"),
            ("memory-total = 99999999999 GiB", "write a size like"),
            ("cpu-per-request = 5", "write a time like"),
            ("handles = many", "write a whole number"),
            ("handles = -1", "write a whole number"),
            ("private-addresses = 1", "write yes or no"),
            ("handles", "“handles” is not a setting"),
        ] {
            let error = limits.read(setting).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
        assert_eq!(limits, Limits::default());
    }
}
