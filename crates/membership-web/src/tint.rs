//! How a name is shown as a small round picture: its initials, and a quiet colour behind them, the same one each time.

/// How many colours the stylesheet has, as `tint-1` and so on.
const TINTS: u32 = 6;

/// A colour's number, from 1.
pub(crate) fn tint(of: &str) -> u8 {
    let sum = of.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    u8::try_from(sum % TINTS).unwrap_or_default().saturating_add(1)
}

/// One or two letters that stand for a name.
pub(crate) fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_stand_for_any_name() {
        for (name, expected) in
            [("Ada Lovelace", "AL"), ("ada", "A"), ("Ada King (Lovelace)", "AL"), ("李 小龙", "李小"), ("…", "")]
        {
            assert_eq!(initials(name), expected, "{name}");
        }
    }

    #[test]
    fn a_tint_is_one_the_stylesheet_has_and_stays() {
        let css = include_str!("../assets/membership.css");
        for of in ["", "Ada", "李小龙", "0192f0c1-2f10-7000-8000-000000000001"] {
            assert_eq!(tint(of), tint(of));
            assert!(css.contains(&format!(".tint-{} ", tint(of))), "{of}");
        }
    }
}
