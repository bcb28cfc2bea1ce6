// The way of somebody without an account: a print in hand, its code scanned, a page opened.
#pragma once

#include "tests/support/pdf.hpp"
#include "tests/support/valley_trip.hpp"

#include <string>

namespace liuhen::test {

using Json = nlohmann::json;

/// What a telephone reads on the print of the manifest's newest version.
inline std::string printed_url(const Valley& place, const std::string& id,
                               const std::string& role = "producer") {
    const auto print = place.as(role).get("/v1/manifests/" + id + "/print");
    REQUIRE(print.status == 200);
    std::string url = Pdf{print.body}.codes();
    while (!url.empty() && url.back() == '\n') url.pop_back();
    return url;
}
/// Of that, the path: what is sent.
inline std::string printed_link(const Valley& place, const std::string& id) {
    const std::string url = printed_url(place, id);
    const std::string origin = "http://localhost";
    REQUIRE(url.starts_with(origin + "/r/"));
    return url.substr(origin.size(), url.find('#') - origin.size());
}
/// Opens a page, from an address of this machine; where the browser is sent.
inline std::string opened(const Valley& place, const std::string& link,
                          const std::string& agent = "telephone") {
    const auto reply = place.house.web().send("GET", link, "", {{"User-Agent", agent}});
    INFO(reply.body);
    REQUIRE(reply.status == 303);
    REQUIRE(reply.header("location").starts_with("page/"));
    return "/r/" + reply.header("location");
}

}  // namespace liuhen::test
