//! Numbers as text, rounded.
//!
//! The standard library writes the shortest text that reads back as the same number, which takes kilobytes of tables in
//! the page; places on the canvas and sizes for people are rounded anyway.

use std::fmt;

/// A number with at most that many digits behind the point, and no zeros at its end: `12.5`, `-3`, `0.0417`.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    value: f64,
    places: u32,
}

/// A length or a place in pixels, to the hundredth: more than any screen can tell apart.
pub fn px(value: f64) -> Decimal {
    Decimal { value, places: 2 }
}

/// A factor, to the millionth.
pub fn factor(value: f64) -> Decimal {
    Decimal { value, places: 6 }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = 10_u64.pow(self.places);
        #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // Saturates.
        let rounded = (self.value * unit as f64).round() as i64;
        let digits = rounded.unsigned_abs();
        let (whole, mut part, mut places) = (digits / unit, digits % unit, self.places as usize);
        if rounded < 0 {
            f.write_str("-")?;
        }
        write!(f, "{whole}")?;
        if part == 0 {
            return Ok(());
        }
        while part % 10 == 0 {
            part /= 10;
            places -= 1;
        }
        write!(f, ".{part:0places$}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_and_short() {
        assert_eq!(px(12.5).to_string(), "12.5");
        assert_eq!(px(-3.0).to_string(), "-3");
        assert_eq!(px(-0.001).to_string(), "0");
        assert_eq!(px(-0.25).to_string(), "-0.25");
        assert_eq!(px(1.999).to_string(), "2");
        assert_eq!(px(7.07).to_string(), "7.07");
        assert_eq!(factor(1.0 / 24.0).to_string(), "0.041667");
        assert_eq!(px(f64::NAN).to_string(), "0");
        assert_eq!(px(1e300).to_string(), "92233720368547758.07");
    }
}
