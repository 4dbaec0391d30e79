//! What an edited text may say between braces, and whether what must show in a mail shows in every mail.

use super::{Placeholder, TemplateKind, Wording};
use crate::input::InvalidInput;

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'a> {
    Words(&'a str),
    Show(&'a str),
    If(&'a str),
    Else,
    EndIf,
}

/// Checks one field of a wording.
pub(super) fn check(
    field: &'static str,
    kind: TemplateKind,
    source: &str,
    required: Option<&'static str>,
) -> Result<(), InvalidInput> {
    let refuse = |code, rule: String| Err(InvalidInput::new(field, code, rule));
    let known = kind.placeholders();
    let pieces = pieces(field, source)?;
    let mut count = 0_usize;
    for piece in &pieces {
        let (Piece::Show(name) | Piece::If(name)) = piece else { continue };
        count = count.saturating_add(1);
        let Some(placeholder) = known.iter().find(|it| it.name == *name) else {
            let known: Vec<_> = known.iter().map(|it| format!("`{}`", it.name)).collect();
            let rule =
                format!("names the placeholder `{name}`, which is not known here; there are {}", known.join(", "));
            return refuse("unknown-placeholder", rule);
        };
        if placeholder.flag && *piece == Piece::Show(name) {
            let rule =
                format!("must use `{name}` as a condition: `{{% if {name} %}}`, `{{% else %}}` and `{{% endif %}}`");
            return refuse("only-a-condition", rule);
        }
    }
    if Wording::MOST_PLACEHOLDERS < count {
        let rule = format!("must have at most `{}` placeholders", Wording::MOST_PLACEHOLDERS);
        return refuse("too-many-placeholders", rule);
    }
    for filled in combinations(known) {
        let Some(shown) = shown(&pieces, &filled) else {
            let rule = "must end each `{% if name %}` with `{% endif %}`, with at most one `{% else %}` between";
            return refuse("unbalanced-condition", rule.to_owned());
        };
        if let Some(required) = required.filter(|it| !shown.contains(&Piece::Show(it))) {
            let rule = format!("must have the placeholder `{{{{ {required} }}}}`, and show it in every mail");
            return refuse("missing-placeholder", rule);
        }
        let says_something = |it: &Piece<'_>| !matches!(it, Piece::Words(words) if words.trim().is_empty());
        if !shown.iter().any(says_something) {
            return refuse("empty", "must not be empty, whatever its conditions say".to_owned());
        }
    }
    Ok(())
}

/// The text cut into pieces.
fn pieces<'a>(field: &'static str, source: &'a str) -> Result<Vec<Piece<'a>>, InvalidInput> {
    let mut pieces = Vec::new();
    let mut rest = source;
    while let Some(at) = ["{{", "{%", "{#"].into_iter().filter_map(|open| rest.find(open)).min() {
        let Some((words, tagged)) = rest.split_at_checked(at) else { break };
        let end = ["}}", "%}", "#}"].into_iter().filter_map(|close| tagged.find(close)).min();
        let end = end.map_or(tagged.len(), |end| end.saturating_add(2));
        let (tag, after) = tagged.split_at_checked(end).unwrap_or((tagged, ""));
        pieces.extend([Piece::Words(words), piece(field, tag)?]);
        rest = after;
    }
    pieces.push(Piece::Words(rest));
    pieces.retain(|it| *it != Piece::Words(""));
    Ok(pieces)
}

/// One of the four things that may stand in braces.
fn piece<'a>(field: &'static str, tag: &'a str) -> Result<Piece<'a>, InvalidInput> {
    let inside = |open, close| tag.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).map(str::trim);
    let is_name = |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let found = match (inside("{{", "}}"), inside("{%", "%}")) {
        (Some(name), _) => Some(name).filter(is_name).map(Piece::Show),
        (_, Some("else")) => Some(Piece::Else),
        (_, Some("endif")) => Some(Piece::EndIf),
        (_, Some(condition)) => condition.strip_prefix("if ").map(str::trim).filter(is_name).map(Piece::If),
        _ => None,
    };
    found.ok_or_else(|| {
        let tag: String = tag.chars().take(60).collect();
        let rule = format!(
            "must not say `{tag}`: write `{{{{ name }}}}`, or `{{% if name %}}`, `{{% else %}}` and `{{% endif %}}`"
        );
        InvalidInput::new(field, "not-a-placeholder", rule)
    })
}

/// Every way in which the optional placeholders can be filled: the names of those that are not.
fn combinations(known: &[Placeholder]) -> Vec<Vec<&'static str>> {
    let mut all = vec![Vec::new()];
    for placeholder in known.iter().filter(|it| it.optional) {
        let with_empty = all.iter().map(|empty| empty.iter().copied().chain([placeholder.name]).collect());
        all = all.iter().cloned().chain(with_empty.collect::<Vec<_>>()).collect();
    }
    all
}

/// The pieces that show when these placeholders are empty; `None` if conditions and ends do not match.
fn shown<'a>(pieces: &[Piece<'a>], empty: &[&str]) -> Option<Vec<Piece<'a>>> {
    // For each open condition: whether what follows shows, and whether its `else` has come.
    let mut open: Vec<(bool, bool)> = Vec::new();
    let mut shown = Vec::new();
    for piece in pieces {
        match piece {
            Piece::If(name) => open.push((!empty.contains(name), false)),
            Piece::Else => {
                let (shows, turned) = open.last_mut()?;
                if *turned {
                    return None;
                }
                (*shows, *turned) = (!*shows, true);
            }
            Piece::EndIf => drop(open.pop()?),
            Piece::Words(_) | Piece::Show(_) if open.iter().all(|(shows, _)| *shows) => shown.push(*piece),
            Piece::Words(_) | Piece::Show(_) => {}
        }
    }
    open.is_empty().then_some(shown)
}
