// Where devices connect over TCP: who may come in, through what, and to which shard.
#pragma once

#include "server/device_floor.hpp"
#include "server/networks.hpp"
#include "server/tls.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <vector>

namespace liuhen::server {

using asio::ip::tcp;

/// What is agreed on one port. What it points to outlives every connection.
struct Door {
    Protocol protocol{};
    const Networks* balancers = nullptr;  ///< who has to begin with a PROXY header; null: nobody
    const TlsKeys* tls = nullptr;         ///< null: in clear
};

/// Takes connections until the acceptor is closed and gives them to the floors in turn. Runs on
/// the exchange's executor.
awaitable<void> take_calls(tcp::acceptor& acceptor, Door door,
                           std::vector<std::unique_ptr<DeviceFloor>>& floors);

}  // namespace liuhen::server
