//! A file on its way through the pages: nothing of it is kept here before somebody starts the import, so the page carries
//! it along, packed and sealed. Only the same person in the same organization opens it again.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use membership_core::id::{OrganizationId, UserId};
use membership_core::service::Memberships;
use membership_http::ImportFile;

/// Whose file it is, and for which organization.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parcel {
    pub organization: OrganizationId,
    pub user: UserId,
}

impl Parcel {
    /// The file as a page carries it; nothing if it cannot be packed.
    pub(super) fn close(self, memberships: &Memberships, file: &[u8]) -> Option<String> {
        let ports = memberships.ports();
        let packed = packed(file).ok()?;
        Some(ports.links.seal(&self.context(), ports.random.secret(), &packed))
    }

    /// The file that a page has carried; nothing if it is somebody else's, was changed, or its key is gone.
    pub(super) fn open(self, memberships: &Memberships, parcel: &str) -> Option<Vec<u8>> {
        unpacked(&memberships.ports().links.open(&self.context(), parcel)?).ok()
    }

    fn context(self) -> Vec<u8> {
        format!("file to be imported into {} by {}", self.organization, self.user).into_bytes()
    }
}

fn packed(file: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(file)?;
    encoder.finish()
}

/// No more than a file may have: what was sealed here is never larger.
fn unpacked(packed: &[u8]) -> std::io::Result<Vec<u8>> {
    let longest = u64::try_from(ImportFile::MOST_BYTES).unwrap_or(u64::MAX);
    let mut file = Vec::new();
    DeflateDecoder::new(packed).take(longest).read_to_end(&mut file)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked() {
        let rows = "Lovelace,Ada,ada@example.org\n".repeat(1_000).into_bytes();
        for file in [Vec::new(), vec![0, 255, 10], rows.clone()] {
            assert_eq!(unpacked(&packed(&file).unwrap()).unwrap(), file);
        }
        assert!(packed(&rows).unwrap().len() < rows.len() / 20, "rows are alike");
        assert!(unpacked(b"\xff\xff").is_err());
    }
}
