//! Pictures that a phone's camera reads.

use qrcode::QrCode;
use qrcode::render::svg::Color;

/// The picture that carries a text, as a part of the page; nothing if it cannot be drawn. Dark on light in every theme, for
/// that is what apps read.
pub(crate) fn picture(text: &str) -> Option<String> {
    let code = QrCode::new(text).inspect_err(|error| tracing::error!(%error, "a QR code cannot be drawn")).ok()?;
    let (dark, light) = (Color("#000000"), Color("#ffffff"));
    let file = code.render().dark_color(dark).light_color(light).min_dimensions(200, 200).build();
    file.find("<svg").and_then(|at| file.get(at..)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_picture_is_a_part_of_the_page_and_carries_nothing_to_run() {
        let address = "otpauth://totp/members.example.org:ada@example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        let picture = super::picture(address).unwrap();
        assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>"), "{picture}");
        for forbidden in ["<?xml", "style", "script", "href"] {
            assert!(!picture.contains(forbidden), "{forbidden}");
        }
        assert_ne!(super::picture("otpauth://totp/other"), Some(picture));
    }
}
