//! The pictures of README and tour: every page of the example, on a phone and a desktop, in light and dark; in French if
//! the third argument is `fr`.
//!
//! `cargo xtask screenshots` finds the browser and runs it.

use std::path::{Path, PathBuf};

use base64::Engine;
use membership_tests::browser::Browser;
use membership_tests::gallery;
use membership_tests::process::Start;
use serde_json::json;

/// A picture shows at most this much of a page's height.
const HIGHEST: u64 = 1500;

#[tokio::main]
async fn main() {
    let folder = std::env::args_os().nth(1).map_or_else(default_folder, PathBuf::from);
    let only = std::env::args().nth(2).unwrap_or_default();
    let french = std::env::args().nth(3).is_some_and(|language| language == "fr");
    std::fs::create_dir_all(&folder).expect("the folder of pictures");
    let data = tempfile::tempdir().expect("a temporary folder");
    let server = Start { data_dir: data.path().to_owned(), demo: true, ..Start::default() }.run().await;
    let browser = Browser::open(1280, 860).await;
    gallery::walk(&browser, &server.origin, (&only, french), async |scene, size, scheme| {
        let name = format!("{}-{size}-{scheme}.png", scene.name);
        keep(&browser, &folder.join(&name)).await;
        println!("{name}");
    })
    .await;
    browser.close().await;
}

fn default_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/images")
}

/// Takes a picture of the whole page, up to a height.
async fn keep(browser: &Browser, path: &Path) {
    let measured = browser.script("return [innerWidth, document.documentElement.scrollHeight]").await;
    let (width, height) = (measured[0].as_u64().unwrap_or(1280), measured[1].as_u64().unwrap_or(860).min(HIGHEST));
    // Frames beyond the window are not drawn, so the window takes in the whole picture.
    browser.size((u32::try_from(width).unwrap_or(1280), u32::try_from(height).unwrap_or(860))).await;
    let clip = json!({ "x": 0, "y": 0, "width": width, "height": height, "scale": 1 });
    let asked = json!({ "format": "png", "clip": clip });
    let taken = browser.devtools("Page.captureScreenshot", asked).await;
    let data = taken["data"].as_str().expect("a picture");
    let png = base64::engine::general_purpose::STANDARD.decode(data).expect("a picture in base64");
    std::fs::write(path, png).expect("the picture is kept");
}
