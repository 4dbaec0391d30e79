//! Pictures of every page of the example, on a phone and a desktop, in light and dark; in French if the third argument is
//! `fr`. Without arguments all of them go to `target/pictures`, and those that README and tour show to `docs/images`, made
//! small.
//!
//! `cargo xtask screenshots` finds the browser and runs it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use membership_tests::browser::Browser;
use membership_tests::gallery::{self, Asked, Example};
use serde_json::json;

/// A picture shows at most this much of a page's height.
const HIGHEST: u64 = 1500;

#[tokio::main]
async fn main() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let named = std::env::args_os().nth(1).map(PathBuf::from);
    let shown = if named.is_none() { gallery::shown(&docs) } else { BTreeSet::new() };
    let folder = named.unwrap_or_else(|| docs.join("../target/pictures"));
    let only = std::env::args().nth(2).unwrap_or_default();
    let french = std::env::args().nth(3).is_some_and(|language| language == "fr");
    let asked = Asked { only, french, large: true };
    std::fs::create_dir_all(&folder).expect("the folder of pictures");
    let example = Example::start().await;
    let browser = Browser::open(1280, 860).await;
    gallery::walk(&browser, &example, &asked, async |scene, size, scheme| {
        let name = format!("{}-{size}-{scheme}.png", scene.name);
        let picture = folder.join(&name);
        keep(&browser, &picture).await;
        if shown.contains(&name) {
            make_small(&picture, &docs.join("images").join(&name));
        }
        println!("{name}");
    })
    .await;
    browser.close().await;
}

/// Keeps a picture with the colours it needs.
fn make_small(picture: &Path, kept: &Path) {
    let program = std::env::var_os("MEMBERSHIP_PNGQUANT").unwrap_or_else(|| "pngquant".into());
    let mut command = Command::new(program);
    command.args(["--force", "--speed=1", "--strip", "--output"]).arg(kept).arg("--").arg(picture);
    assert!(command.status().is_ok_and(|it| it.success()), "`pngquant` makes {} small", picture.display());
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
