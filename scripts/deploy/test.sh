#!/usr/bin/env bash
# The package, judged by software that is not ours: linters of CloudFormation, and emulators that it is deployed to.
# Ends with 69 where Python is missing.
set -euo pipefail
cd "$(dirname "$0")/../.."
PATH="$(scripts/node-path.sh):$PATH"
export PATH

tool() { scripts/python-tool.sh "$1"; }

# All at first, so that what is missing is said before anything takes time.
lint=$(tool cfn-lint)
checkov=$(tool checkov)
tool ministack >/dev/null
tool moto >/dev/null

export AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_EC2_METADATA_DISABLED=true
echo 'Packaging'
# In a folder of its own: osls empties .serverless when it has deployed.
timeout 600 osls package --stage test --param deploymentBucket=latchkey-test-deployments --package .package
template=.package/cloudformation-template-update-stack.json

echo 'cfn-lint'
"$lint/cfn-lint" --regions us-east-1 --template "$template"

echo 'checkov'
"$checkov/checkov" --skip-download --config-file .checkov.yml --file "$template"

node --experimental-vm-modules --no-warnings node_modules/jest/bin/jest.js -c jest.deploy.config.mjs "$@"
