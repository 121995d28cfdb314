//! Names that nobody can guess.

/// 128 random bits from the system's generator, as 32 hexadecimal digits: fit for an address and for a host name.
pub fn unguessable() -> String {
    format!("{:032x}", rand::random::<u128>())
}

#[cfg(test)]
mod tests {
    use super::unguessable;

    #[test]
    fn ids_differ_and_fit_into_host_names() {
        let (a, b) = (unguessable(), unguessable());
        assert_ne!(a, b);
        assert!(
            a.len() == 32
                && a.bytes()
                    .all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
        );
    }
}
