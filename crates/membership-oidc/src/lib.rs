//! People from elsewhere: sign-in through OpenID Connect providers, and bearer tokens of trusted issuers (JWT, JWKS).

mod fetch;
mod issuers;
mod keys;
mod providers;

pub use fetch::{FetchError, check_address};
pub use issuers::{EmailTrust, IssuerOptions, JwtIssuers, KeySource};
pub use providers::{OidcProviders, ProviderOptions};
