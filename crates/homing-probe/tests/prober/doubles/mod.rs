//! What stands on the other side of the two seams.

mod network;
mod zone;

pub(crate) use network::{Network, Peer};
pub(crate) use zone::Zone;
