//! What was typed into a field that searches a list.

/// The longest text that is searched for, in characters.
const LONGEST_SEARCH: usize = 100;

/// The text to search for, if there is one. No name, address or id holds a control character, and not every database
/// takes one.
pub(crate) fn searched(typed: Option<&str>) -> Option<String> {
    let shown = typed?.chars().filter(|c| !c.is_control());
    let text = shown.take(LONGEST_SEARCH).collect::<String>().trim().to_owned();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_text_that_says_something_is_searched_for() {
        assert_eq!(searched(None), None);
        assert_eq!(searched(Some(" \n\0 ")), None);
        assert_eq!(searched(Some(" Ad\0a ")), Some("Ada".to_owned()));
        assert_eq!(searched(Some(&"é".repeat(200))).map(|it| it.chars().count()), Some(LONGEST_SEARCH));
    }
}
