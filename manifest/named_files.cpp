#include "manifest/named_files.hpp"

namespace liuhen::manifest {
namespace {

std::vector<NamedFile> listed(const std::string& field, const std::vector<std::string>& ids) {
    std::vector<NamedFile> named;
    for (std::size_t i = 0; i < ids.size(); ++i)
        named.push_back({field + "/" + std::to_string(i), ids[i]});
    return named;
}

}  // namespace

std::vector<NamedFile> named_files(const Request& request) {
    if (const auto* out = std::get_if<HandoverOut>(&request.body))
        return listed("/files", out->files);
    if (const auto* dispute = std::get_if<Dispute>(&request.body))
        return listed("/files", dispute->files);
    if (const auto* weighing = std::get_if<WeighIn>(&request.body))
        return listed("/photos", weighing->photos);
    const auto* paper = std::get_if<BackfillForm>(&request.body);
    if (paper == nullptr || paper->paper_scan.empty()) return {};
    return {{"/paper_scan", paper->paper_scan}};
}

}  // namespace liuhen::manifest
