//! How the pages are drawn, as the browser works it out: whatever colour an organization has, text can be read on it, and
//! nothing moves for whoever asks for that.

use membership_tests::browser::Browser;
use membership_tests::process::Start;
use serde_json::json;

/// Which text stands on what, if it has to do with an organization's colour; how they contrast for colours from all over
/// the cube, and how many different colours came of them.
const CONTRASTS: &str = "
    const pairs = [['--on-accent', '--accent'], ['--on-accent', '--accent-strong'], ['--accent-ink', '--accent-wash'],
        ['--accent-ink', '--card'], ['--accent-ink', '--ground'], ['--accent-ink', '--sunk']];
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const probe = document.body.appendChild(document.createElement('span'));
    const drawn = (name) => {
        probe.style.color = `var(${name})`;
        canvas.fillStyle = '#010203';
        canvas.fillStyle = getComputedStyle(probe).color;
        if (canvas.fillStyle === '#010203') throw new Error(`${name} cannot be drawn`);
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const linear = (channel) => {
        const share = channel / 255;
        return share <= .04045 ? share / 12.92 : ((share + .055) / 1.055) ** 2.4;
    };
    const luminance = ([red, green, blue]) => .2126 * linear(red) + .7152 * linear(green) + .0722 * linear(blue);
    const low = [];
    const accents = new Set();
    const steps = [0, 51, 102, 153, 204, 255];
    for (const red of steps) for (const green of steps) for (const blue of steps) {
        document.documentElement.style.setProperty('--brand', `rgb(${red} ${green} ${blue})`);
        accents.add(drawn('--accent').join());
        for (const [text, ground] of pairs) {
            const [one, other] = [luminance(drawn(text)), luminance(drawn(ground))];
            const contrast = (Math.max(one, other) + .05) / (Math.min(one, other) + .05);
            if (contrast < 4.5) low.push(`${text} on ${ground} of ${red} ${green} ${blue}: ${contrast.toFixed(2)}`);
        }
    }
    return { low, accents: accents.size };
";

/// How many elements, or what is drawn before and after them, take time to change.
const MOVING: &str = "
    const styles = [...document.querySelectorAll('*')].flatMap((it) =>
        [null, '::before', '::after'].map((part) => getComputedStyle(it, part)));
    const lasts = (style) => `${style.transitionDuration},${style.animationDuration}`.split(',');
    return styles.filter((style) => lasts(style).some((time) => 0 < parseFloat(time))).length;
";

#[tokio::test]
async fn s3_8_text_can_be_read_whatever_colour_an_organization_has_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let server = Start { data_dir: folder.path().to_owned(), ..Start::default() }.run().await;
    let browser = Browser::open(1280, 860).await;
    for scheme in ["light", "dark"] {
        browser.scheme(scheme).await;
        browser.goto(&format!("{}/sign-in", server.origin)).await;
        let found = browser.script(CONTRASTS).await;
        assert_eq!(found["low"], json!([]), "{scheme}");
        let accents = found["accents"].as_u64().unwrap();
        assert!(100 < accents, "the colour is not drawn with: {accents} in {scheme}");
    }
    browser.close().await;
}

/// How much of the page that is shown moves, for whoever asks so.
async fn moving(browser: &Browser, motion: &str) -> i64 {
    let features = json!([{ "name": "prefers-reduced-motion", "value": motion }]);
    browser.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    browser.script(MOVING).await.as_i64().unwrap()
}

#[tokio::test]
async fn nothing_moves_for_whoever_asks_for_that_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let server = Start { data_dir: folder.path().to_owned(), demo: true, ..Start::default() }.run().await;
    let ada = Browser::open(1280, 860).await;
    ada.sign_in(&server.origin, "ada@example.org").await;
    ada.sees("My organizations").await;
    for (way, shown) in [("Analytical Engines", "//*[@id='you']"), ("Members", "//ul[@id='members']")] {
        ada.click(way).await;
        assert!(ada.comes(shown).await, "{shown}");
        assert_eq!(moving(&ada, "reduce").await, 0, "{shown}");
        assert!(0 < moving(&ada, "no-preference").await, "{shown}: otherwise something does");
    }
    ada.close().await;
}
