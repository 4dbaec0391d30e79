//! Light, dark, or as the device says: the choice of whoever looks, kept in a cookie of the browser.

use axum::extract::State;
use http::HeaderMap;

use crate::answer::{Answer, see_other, with_cookie};
use crate::cookies::{choice, held};
use crate::form::Posted;
use crate::local_path::local_path;
use crate::web::Web;

/// How the pages are lit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Theme {
    /// As the device says.
    #[default]
    Device,
    Light,
    Dark,
}

const NAME: &str = "membership-theme";

impl Theme {
    pub(crate) const ALL: [Self; 3] = [Self::Device, Self::Light, Self::Dark];

    /// The name in the cookie, the form and the stylesheet.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.name() == name).unwrap_or_default()
    }

    /// What a browser has chosen.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        held(headers, NAME).map_or_else(Self::default, |name| Self::named(&name))
    }
}

/// Chooses, and leads back.
pub(crate) async fn choose(State(web): State<Web>, posted: Posted) -> Answer {
    let theme = Theme::named(posted.text("theme"));
    let cookie = choice(&web, NAME, theme.name());
    Ok(with_cookie(see_other(local_path(posted.text("back")).unwrap_or("/")), &cookie))
}

/// The way back from the address of the form.
pub(crate) async fn back() -> axum::response::Response {
    see_other("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_can_have_chosen_is_as_the_device_says() {
        for theme in Theme::ALL {
            assert_eq!(Theme::named(theme.name()), theme);
        }
        assert_eq!(Theme::named("<b>"), Theme::Device);
        assert_eq!(Theme::of(&HeaderMap::new()), Theme::Device);
    }
}
