// The files that a request names as proof.
#pragma once

#include "manifest/lifecycle.hpp"

#include <string>
#include <vector>

namespace liuhen::manifest {

/// The id of a file, and where in the request's body it stands.
struct NamedFile {
    std::string pointer;  ///< "/files/0"
    std::string id;       ///< as given
    friend bool operator==(const NamedFile&, const NamedFile&) = default;
};

/// In the order of the body; none for events that name no files.
std::vector<NamedFile> named_files(const Request& request);

}  // namespace liuhen::manifest
