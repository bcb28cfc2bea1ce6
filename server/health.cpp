#include "server/health.hpp"

namespace liuhen::server {

std::vector<Check> Health::checks() const {
    return {
        {"database", database, database ? "answers" : "does not answer"},
        {"journal", journal,
         journal ? "commits" : "waits for the database; devices get no replies"},
        {"directory", directory, directory ? "loaded" : "not loaded yet"},
        {"watches", watches, watches ? "open trips folded" : "folding open trips"},
        {"running", !stopping, stopping ? "stopping" : "serving"},
    };
}

bool Health::ready() const { return database && journal && directory && watches && !stopping; }

}  // namespace liuhen::server
