//! The stylesheet and the icon, inside the binary.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "assets/"]
#[include = "*.css"]
#[include = "*.svg"]
struct Assets;

/// The stylesheet's address. It carries the content's hash, so that browsers keep it for good and never keep an old one.
pub(crate) fn stylesheet() -> &'static str {
    static ADDRESS: LazyLock<String> = LazyLock::new(|| {
        let hash = Assets::get("membership.css").map(|file| file.metadata.sha256_hash()).unwrap_or_default();
        let short = data_encoding::HEXLOWER.encode(hash.get(..8).unwrap_or_default());
        format!("/assets/membership.css?v={short}")
    });
    &ADDRESS
}

/// Answers with an embedded file.
pub(crate) async fn serve(Path(name): Path<String>) -> Response {
    let Some(file) = Assets::get(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let kind = if name.ends_with(".css") { "text/css; charset=utf-8" } else { "image/svg+xml" };
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, file.data.into_owned()).into_response()
}
