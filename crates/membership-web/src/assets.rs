//! The stylesheet, the script and the icon, inside the binary.

use membership_core::branding::Accent;
use std::borrow::Cow;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "assets/"]
#[include = "*.css"]
#[include = "*.svg"]
#[include = "*.js"]
struct Files;

/// Where the vendored library stands; its licence and checksum stand beside it.
const LIBRARY: &str = "vendor/htmx.min.js";

/// The script: the library and our own lines, in one file because each file is a request.
static SCRIPT: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut script = file(LIBRARY).into_owned();
    script.extend_from_slice(b"\n");
    script.extend_from_slice(&file("membership.js"));
    script
});

fn file(name: &str) -> Cow<'static, [u8]> {
    Files::get(name).map(|file| file.data).unwrap_or_default()
}

/// An address that carries the content's hash, so that browsers keep it for good and never keep an old one.
fn address(name: &str, content: &[u8]) -> String {
    let hash = Sha256::digest(content);
    let short = data_encoding::HEXLOWER.encode(hash.get(..8).unwrap_or_default());
    format!("/assets/{name}?v={short}")
}

/// The stylesheet's address.
pub(crate) fn stylesheet() -> &'static str {
    static ADDRESS: LazyLock<String> = LazyLock::new(|| address("membership.css", &file("membership.css")));
    &ADDRESS
}

/// The script's address.
pub(crate) fn script() -> &'static str {
    static ADDRESS: LazyLock<String> = LazyLock::new(|| address("membership.js", &SCRIPT));
    &ADDRESS
}

/// The icon's address.
pub(crate) fn icon() -> &'static str {
    static ADDRESS: LazyLock<String> = LazyLock::new(|| address("icon.svg", &file("icon.svg")));
    &ADDRESS
}

/// Where the stylesheet of an accent colour is.
pub(crate) fn accent(colour: &Accent) -> String {
    format!("/assets/accent-{}.css", colour.to_string().trim_start_matches('#').to_ascii_lowercase())
}

/// The colour that `accent-rrggbb.css` says. The colour is the address, so that the answer is the same for everybody, tells
/// nothing of whose it is, and is kept for good.
fn accent_of(name: &str) -> Option<&str> {
    let colour = name.strip_prefix("accent-")?.strip_suffix(".css")?;
    (colour.len() == 6 && colour.chars().all(|c| c.is_ascii_hexdigit())).then_some(colour)
}

/// Answers with an embedded file.
pub(crate) async fn serve(Path(name): Path<String>) -> Response {
    let (kind, content) = match name.as_str() {
        "membership.js" => ("text/javascript; charset=utf-8", Cow::Borrowed(SCRIPT.as_slice())),
        "membership.css" => ("text/css; charset=utf-8", file("membership.css")),
        "icon.svg" => ("image/svg+xml", file("icon.svg")),
        name => match accent_of(name) {
            Some(colour) => {
                ("text/css; charset=utf-8", format!(":root {{ --brand: #{colour}; }}\n").into_bytes().into())
            }
            None => return StatusCode::NOT_FOUND.into_response(),
        },
    };
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, content.into_owned()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `npm view htmx.org@4.0.1 dist.integrity` names the package; this is its `dist/htmx.min.js`.
    const OF_THE_PACKAGE: &str = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130";

    #[test]
    fn the_vendored_library_is_what_was_published() {
        assert_eq!(data_encoding::HEXLOWER.encode(&Sha256::digest(file(LIBRARY))), OF_THE_PACKAGE);
    }

    #[test]
    fn a_colour_is_six_digits_and_nothing_else() {
        assert_eq!(accent(&Accent::parse("#0B5CAD").unwrap()), "/assets/accent-0b5cad.css");
        assert_eq!(accent_of("accent-0b5cad.css"), Some("0b5cad"));
        for bad in ["0b5cad.css", "accent-fff.css", "accent-0b5cad;}.css", "accent-0b5cag.css", "accent-.css", ""] {
            assert_eq!(accent_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_address_changes_with_its_content() {
        assert!(stylesheet().starts_with("/assets/membership.css?v=") && !file("icon.svg").is_empty());
        assert_ne!(address("a.css", b"a"), address("a.css", b"b"));
    }
}
