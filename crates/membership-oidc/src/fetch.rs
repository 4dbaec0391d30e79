//! The one HTTP client: bounded in time and size, follows no redirect, and speaks plain HTTP to this machine only.

use std::time::Duration;

use url::{Host, Url};

/// The longest document that is read, in bytes.
const LONGEST: usize = 512 * 1024;

/// Why a document could not be had.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The address may not be asked.
    #[error("`{0}` must begin with https:// (http:// is for this machine only)")]
    Address(String),
    /// The document is too long.
    #[error("the answer is longer than {LONGEST} bytes")]
    TooLong,
    /// The answer is none.
    #[error("the answer has the status {0}")]
    Status(u16),
    /// The other side cannot be reached, or takes too long.
    #[error("{0}")]
    Transport(#[from] reqwest::Error),
    /// The answer is no answer to this question.
    #[error("{0}")]
    Unreadable(String),
}

/// Checks that an address may be asked: by TLS, or on this machine.
///
/// # Errors
/// [`FetchError::Address`].
pub fn check_address(address: &str) -> Result<Url, FetchError> {
    let refused = || FetchError::Address(address.to_owned());
    let url = Url::parse(address).map_err(|_| refused())?;
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    let fits = url.scheme() == "https" || (url.scheme() == "http" && is_here);
    if fits { Ok(url) } else { Err(refused()) }
}

/// The client. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Fetch(reqwest::Client);

impl Fetch {
    pub(crate) fn new() -> Result<Self, FetchError> {
        if rustls::crypto::ring::default_provider().install_default().is_err() {
            tracing::debug!("a TLS library is installed already");
        }
        let builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(3))
            .timeout(Duration::from_secs(8))
            .user_agent("membership");
        Ok(Self(builder.build()?))
    }

    /// A document that must be there.
    pub(crate) async fn get(&self, address: &str) -> Result<Vec<u8>, FetchError> {
        let response = self.0.get(check_address(address)?).send().await?;
        let status = response.status();
        let body = whole(response).await?;
        if status.is_success() { Ok(body) } else { Err(FetchError::Status(status.as_u16())) }
    }

    /// Sends a request of the OpenID Connect library.
    pub(crate) async fn send(
        &self,
        request: openidconnect::HttpRequest,
    ) -> Result<openidconnect::HttpResponse, FetchError> {
        let (parts, body) = request.into_parts();
        let url = check_address(&parts.uri.to_string())?;
        let sent = self.0.request(parts.method, url).headers(parts.headers).body(body).send().await?;
        let mut response = openidconnect::HttpResponse::default();
        *response.status_mut() = sent.status();
        *response.headers_mut() = sent.headers().clone();
        *response.body_mut() = whole(sent).await?;
        Ok(response)
    }
}

async fn whole(mut response: reqwest::Response) -> Result<Vec<u8>, FetchError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        body.extend_from_slice(&chunk);
        if LONGEST < body.len() {
            return Err(FetchError::TooLong);
        }
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for good in ["https://id.example.org", "http://localhost:8081/x", "http://127.0.0.1:1", "http://[::1]:80/"] {
            assert!(check_address(good).is_ok(), "{good}");
        }
        for bad in ["http://id.example.org", "http://localhost.example.org", "file:///etc/passwd", "id.example.org", ""]
        {
            assert!(check_address(bad).is_err(), "{bad}");
        }
    }
}
