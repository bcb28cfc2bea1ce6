#include "server/app.hpp"

#include "server/server.hpp"

#include <iostream>
#include <sys/resource.h>

namespace liuhen::server {
namespace {

// A device is a descriptor: as many as this process may have.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int run_server(const Config& config) {
    log::open(config.log_file, config.log_level);
    raise_descriptor_limit();
    // Never destroyed: coroutines that still wait when the process ends refer to its parts, and
    // those to them. The kernel takes back all there is.
    static Server* server = nullptr;
    try {
        server = new Server{config};
        server->open();
    } catch (const std::exception& fault) {
        std::cerr << "liuhen-server: " << fault.what() << '\n';
        return 1;
    }
    return server->run();
}

}  // namespace liuhen::server
